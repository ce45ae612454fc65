import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { startFakeBinance } from '../../test/support/fake-binance/index.ts';
import { tradeHistory } from '../../test/support/fake-binance/trade-history.ts';
import { aFolder } from '../../test/support/open-test-database.ts';
import { tradesBetween } from '../../test/support/real-trades.ts';
import { until } from '../../test/support/until.ts';
import { getBars } from '../features/bars/index.ts';
import { getCurrentBar, startFeed, subscribe } from '../features/live/index.ts';
import { closeTimeOf } from '../market/index.ts';
import { openApplication } from './application.ts';

const INSTRUMENT = 'BINANCE:BTCUSDT';
/** As the provider says, and what stands in DESIGN of it. */
const FINALITY_MS = 30_000;
const BEFORE_MS = 100_000;
const FOLLOWED_MS = 9_000;

/** The whole product on a machine whose clock is `aheadMs` ahead of Binance's; a test may set it. */
async function aWorld(t: TestContext, aheadMs: number) {
  const startedAt = Date.now();
  const trades = tradesBetween(startedAt - BEFORE_MS, startedAt + 10 * FOLLOWED_MS);
  const fake = await startFakeBinance(t, { now: () => Date.now(), trades: { BTCUSDT: trades } });
  const world = { aheadMs };
  const clock = (): number => Date.now() + world.aheadMs;
  const skews: (readonly [provider: string, skewMs: number])[] = [];
  const application = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'skew.db')}`,
    changesKept: 1_000_000,
    providers: { binance: { url: fake.url, wsUrl: fake.sockets.url } },
    clock,
    onClockSkew: (provider, skewMs) => skews.push([provider, skewMs]),
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(application.close);
  const { bus } = application;
  await bus.execute(subscribe({ instrumentId: INSTRUMENT, intervals: ['1s', '1m'] }));
  await bus.execute(startFeed({ provider: 'binance' }));
  application.startWork();

  const stored = async (interval: '1s' | '1m') => {
    const range = { from: startedAt - BEFORE_MS, to: startedAt + 10 * FOLLOWED_MS };
    const { columns } = await bus.ask(
      getBars({ instrumentId: INSTRUMENT, interval, ...range, fields: 'trades,turnover' }),
    );
    return Array.from(columns.openTime, (openTime, i) => ({
      openTime,
      open: columns.open[i],
      high: columns.high[i],
      low: columns.low[i],
      close: columns.close[i],
      volume: columns.volume[i],
      turnover: columns.turnover?.[i] ?? NaN,
      trades: columns.trades?.[i],
      isFinal: columns.state[i] === 2,
    }));
  };
  const history = tradeHistory(trades);
  /** Each stored bar is made of all trades of its interval, and was not final before Binance was done with it. */
  async function assertRight(interval: '1s' | '1m', least: number): Promise<void> {
    const bars = await stored(interval);
    const seenAt = Date.now();
    assert.ok(bars.length >= least, `${bars.length} bars of ${interval}`);
    for (const { isFinal, volume, turnover, ...bar } of bars) {
      const { openTime } = bar;
      const [{ volume: whole, turnover: paid = NaN, ...model }] = history.klines({
        interval,
        from: openTime,
        to: openTime,
        limit: 1,
        now: Infinity,
      });
      assert.deepEqual(bar, model);
      assert.ok(Math.abs(volume / whole - 1) < 1e-9, `volume at ${openTime}: ${volume}, not ${whole}`);
      assert.ok(Math.abs(turnover - paid) < 1e-8, `turnover at ${openTime}: ${turnover}, not ${paid}`);
      assert.ok(closeTimeOf(openTime, interval) <= seenAt, 'over by its clock');
      if (isFinal) assert.ok(closeTimeOf(openTime, interval) + FINALITY_MS <= seenAt, 'final by its clock');
    }
  }
  /** What is shown as running runs at Binance. */
  async function assertRunning(): Promise<void> {
    for (const [interval, lengthMs] of [
      ['1s', 1_000],
      ['1m', 60_000],
    ] as const) {
      const { openTime } = await bus.ask(getCurrentBar({ instrumentId: INSTRUMENT, interval }));
      assert.ok(openTime <= Date.now() && openTime + lengthMs > Date.now() - 6_000, interval);
    }
  }
  const untilSeconds = async (count: number, since = 0): Promise<void> => {
    const isThere = async (): Promise<boolean> =>
      (await stored('1s')).filter(({ openTime }) => openTime >= since).length >= count;
    for (const end = performance.now() + 30_000; !(await isThere());) {
      assert.ok(performance.now() < end, `${count} seconds are stored`);
      await pause(100);
    }
  };
  const vendor = () => application.vendors().find(({ name }) => name === 'binance') ?? assert.fail();
  return { world, bus, skews, vendor, assertRight, assertRunning, untilSeconds };
}

for (const aheadMs of [90_000, -90_000])
  test(`a machine whose clock is ${aheadMs / 1_000} s ahead stores whole bars, shows what runs, and says so`, async (t) => {
    const { skews, vendor, assertRight, assertRunning, untilSeconds } = await aWorld(t, aheadMs);
    await untilSeconds(5);
    await assertRight('1s', 5);
    await assertRunning();
    const { clock, clockSkewMs } = vendor();
    assert.equal(clock, 'skewed');
    assert.ok(Math.abs((clockSkewMs ?? 0) - aheadMs) < 1_500, `${clockSkewMs}`);
    assert.equal(skews.length, 1);
    assert.equal(skews[0][0], 'binance');
  });

test('a clock that is right, is set wrong while bars are made, and is set right again', async (t) => {
  const { world, vendor, assertRight, assertRunning, untilSeconds, skews } = await aWorld(t, 0);
  await untilSeconds(3);
  assert.deepEqual([vendor().clock, skews], ['ok', []]);
  for (const aheadMs of [-90_000, 0]) {
    world.aheadMs = aheadMs;
    await until(() => vendor().clock === (aheadMs === 0 ? 'ok' : 'skewed'), 'it is noticed', 20_000);
    await untilSeconds(4, Date.now());
    await assertRight('1s', 4);
    await assertRunning();
  }
  assert.equal(skews.length, 1);
});
