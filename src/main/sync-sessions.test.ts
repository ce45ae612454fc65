import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startFakeYahoo } from '../../test/support/fake-yahoo/index.ts';
import { aFolder } from '../../test/support/open-test-database.ts';
import { getBars } from '../features/bars/index.ts';
import { getCoverage } from '../features/coverage/index.ts';
import { getSymbol } from '../features/instruments/index.ts';
import { getSyncStatus, syncBars, type SyncJob } from '../features/sync/index.ts';
import { createYahoo } from '../providers/yahoo/index.ts';
import { openApplication } from './application.ts';

const HOUR = 3_600_000;
/** Three days with Thanksgiving and the half day after it, which closes at 13:00 in New York. */
const OPENINGS = ['2025-11-26T14:30Z', '2025-11-28T14:30Z', '2025-12-01T14:30Z'].map((text) => Date.parse(text));
const HOURS = OPENINGS.flatMap((opening, day) =>
  Array.from({ length: day === 1 ? 4 : 7 }, (_, i) => opening + i * HOUR),
);
const RANGE = { from: Date.parse('2025-11-26'), to: Date.parse('2025-12-02') };
const NOW = Date.parse('2025-12-03T12:00Z');
const NOBODY = new AbortController().signal;
const SERIES = { instrumentId: 'NASDAQ:AAPL', interval: '1h', align: 'session' } as const;

async function aVendor(t: TestContext) {
  const bars = HOURS.map((openTime, i) => ({
    openTime,
    open: 10 + i,
    high: 12 + i,
    low: 9 + i,
    close: 11 + i,
    volume: 5,
  }));
  const fake = await startFakeYahoo(t, { bars, now: NOW });
  fake.lastTradeAt = Date.parse('2025-12-01T21:00Z');
  const { bus, relay, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'sessions.db')}`,
    changesKept: 1_000,
    moreProviders: [createYahoo({ baseUrl: fake.url, clock: () => NOW, patience: { attempts: 1 } })],
    clock: () => NOW,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  async function sync(more: { readonly to?: number } = {}): Promise<SyncJob> {
    const { id } = await bus.execute(syncBars({ ...SERIES, provider: 'yahoo', from: RANGE.from, ...more }));
    return (await scheduler.run(id, NOBODY)) as SyncJob;
  }
  return { bus, fake, sync, settle: () => relay.drain() };
}

test('hours that a vendor begins with trading are fetched, stored and explained as such', async (t) => {
  const { bus, fake, sync } = await aVendor(t);
  const first = await sync({ to: RANGE.to });
  assert.deepEqual([first.state, first.progress.inserted, first.progress.rejected], ['completed', HOURS.length, 0]);
  const { columns, storedInterval, completeness } = await bus.ask(getBars({ ...SERIES, ...RANGE }));
  assert.deepEqual([Array.from(columns.openTime), storedInterval], [HOURS, '1h@session']);
  assert.deepEqual([completeness.expected, completeness.complete], [HOURS.length, true]);
  assert.equal((await bus.ask(getBars({ ...SERIES, align: 'clock', ...RANGE }))).columns.openTime.length, 0);

  const coverage = await bus.ask(getCoverage({ ...SERIES, ...RANGE }));
  assert.deepEqual([coverage.expected, coverage.held, coverage.complete], [HOURS.length, HOURS.length, true]);
  assert.deepEqual(
    coverage.days.map(({ bars }) => bars),
    [{ held: 7 }, { held: 4 }, { held: 7 }],
  );

  const asked = fake.requests.length;
  const again = await sync({ to: RANGE.to });
  assert.deepEqual([again.state, again.progress.inserted], ['completed', 0]);
  assert.ok(fake.requests.length - asked <= 1, 'only the newest bars are read again');
});

test('a series that begins with trading is tracked beside the one of the clock', async (t) => {
  const { bus, sync, settle } = await aVendor(t);
  await sync();
  await bus.execute(
    syncBars({ instrumentId: 'NASDAQ:AAPL', interval: '15m', from: NOW - 24 * HOUR, provider: 'yahoo' }),
  );
  const status = await bus.ask(getSyncStatus({}));
  assert.deepEqual(
    status.map(({ series, interval, align }) => [series, interval, align]),
    [
      ['NASDAQ:AAPL/15m', '15m', undefined],
      ['NASDAQ:AAPL/1h@session', '1h', 'session'],
    ],
  );
  await settle();
  const symbol = await bus.ask(getSymbol({ instrumentId: 'NASDAQ:AAPL' }));
  assert.deepEqual(
    symbol.series.map(({ interval, align, count }) => [interval, align, count]),
    [['1h', 'session', HOURS.length]],
  );
});

test('a provider of clock bars, and what never pauses, are refused before anything is fetched', async (t) => {
  const { bus, fake } = await aVendor(t);
  const order = (more: object) => bus.execute(syncBars({ ...SERIES, from: RANGE.from, ...more }));
  await assert.rejects(order({ provider: 'simulated' }), { code: 'PROVIDER_HAS_NO_SESSION_BARS' });
  await assert.rejects(order({ instrumentId: 'COINBASE:BTCUSD', provider: 'yahoo' }), { code: 'NO_SESSIONS' });
  await assert.rejects(order({ instrumentId: 'NOWHERE:X', provider: 'yahoo' }), { code: 'NO_SCHEDULE' });
  assert.equal(fake.requests.length, 0);
});
