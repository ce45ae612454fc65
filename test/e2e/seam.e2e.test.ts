import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { getBars } from '../../src/features/bars/index.ts';
import type { CurrentBarsDocument, FeedDocument } from '../../src/features/live/collections.ts';
import { getCurrentBar } from '../../src/features/live/index.ts';
import { openApplication } from '../../src/main/application.ts';
import {
  BAR_INTERVALS,
  closeTimeOf,
  isoOfEpochMs,
  newBarColumns,
  openTimeAt,
  type BarInterval,
} from '../../src/market/index.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { startFakeBinance, type FakeBinance } from '../support/fake-binance/index.ts';
import type { FakeTrade } from '../support/fake-vendor/fake-live.ts';
import { aFolder } from '../support/open-test-database.ts';
import { tradesBetween } from '../support/real-trades.ts';
import { until } from '../support/until.ts';

/** The short form runs with all tests; `npm run test:seam` breaks 100 times. */
const BREAKS = Number(process.env['SEAM_BREAKS'] ?? 3);
/** From one break to the next: less than a process needs to begin, and more than it needs for a seam. */
const LONGEST_PEACE_MS = 6_000;
const BEFORE_MS = 100_000;
/** For the last process to begin, make its seam and live on. */
const AFTER_MS = 20_000;
/** The bar machine's grace, and what the processes on a busy machine are late. */
const CLOSED_WITHIN_MS = 5_000;
const LIVE_WITHIN_MS = 120_000;
const INSTRUMENT = 'BINANCE:BTCUSDT';
const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));

test(`after ${BREAKS} breaks every bar of every interval is that of all trades`, async (t) => {
  const startedAt = Date.now();
  const lastsMs = BREAKS * LONGEST_PEACE_MS * 0.7 + 10_000 + AFTER_MS;
  const trades = tradesBetween(startedAt - BEFORE_MS, startedAt + lastsMs);
  const fake = await startFakeBinance(t, { now: () => Date.now(), trades: { BTCUSDT: trades } });
  const databaseUrl = `file:${join(aFolder(t), 'live.db')}`;
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    POCKETQUANT_BINANCE_URL: fake.url,
    POCKETQUANT_BINANCE_WS_URL: fake.sockets.url,
  };
  const words = ['feed', 'start', 'binance', '--subscribe', INSTRUMENT, '--intervals', 'all'];
  const start = (): ChildProcess =>
    spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  let child = start();
  t.after(() => child.kill('SIGKILL'));

  const kinds: Record<string, number> = {};
  await until(() => fake.subscribed().size > 0, 'the first subscription', 15_000);
  for (let count = 0; count < BREAKS; count++) {
    await sleep(Math.random() * LONGEST_PEACE_MS);
    const kind = count === BREAKS - 1 ? 'kill' : breakOf(count, Math.random());
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (kind === 'kill') {
      child.kill('SIGKILL');
      await once(child, 'exit');
      await forgetProcess(databaseUrl);
      child = start();
    } else await spoil(fake, kind);
  }
  await untilLive(databaseUrl);
  const liveAt = Date.now();
  await sleep(Math.max(0, startedAt + lastsMs - liveAt) + CLOSED_WITHIN_MS);
  const stoppedAt = Date.now();
  assert.equal(child.exitCode, null, 'the last process still runs');
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  t.diagnostic(`${JSON.stringify(kinds)}, ${fake.sockets.opened} connections, ${fake.requests.length} requests`);

  const { bus, close } = await openApplication({
    databaseUrl,
    changesKept: 1_000_000,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  let compared = 0;
  for (const interval of BAR_INTERVALS) {
    const answer = await bus.ask(getBars({ instrumentId: INSTRUMENT, interval }));
    // What is not stored would be derived from seconds, of which the first ones are missing.
    const columns = answer.storedInterval === interval ? answer.columns : newBarColumns(0);
    const stored = Array.from(columns.openTime, (openTime, i): ModelBar => [
      openTime,
      columns.open[i],
      columns.high[i],
      columns.low[i],
      columns.close[i],
      columns.volume[i],
    ]);
    const all = barsOf(trades, interval);
    // The bar that ran when it began is the first; one that closed within the last moments may be there or not.
    const beganAt = Math.min(stored[0]?.[0] ?? Infinity, openTimeAt(liveAt, interval));
    const since = all.filter(([openTime]) => openTime >= beganAt);
    const closed = since.filter(([openTime]) => closeTimeOf(openTime, interval) + CLOSED_WITHIN_MS <= stoppedAt);
    const newest = Math.max(stored.at(-1)?.[0] ?? 0, closed.at(-1)?.[0] ?? 0);
    const expected = since.filter(([openTime]) => openTime <= newest);
    assertSame(stored, expected, interval);
    compared += stored.length;
    const running = all.at(-1);
    if (running === undefined || closeTimeOf(running[0], interval) <= stoppedAt + CLOSED_WITHIN_MS) continue;
    const bar = await bus.ask(getCurrentBar({ instrumentId: INSTRUMENT, interval }));
    const { openTime, open, high, low, close: last, volume = NaN } = bar;
    assert.equal(bar.isPartial, false, `${interval} bar that runs is whole`);
    assertSame([[openTime, open, high, low, last, volume]], [running], `${interval} that runs`);
  }
  t.diagnostic(`${compared} bars compared, ${trades.length} trades`);
});

type ModelBar = [openTime: number, open: number, high: number, low: number, close: number, volume: number];

function barsOf(trades: readonly FakeTrade[], interval: BarInterval): ModelBar[] {
  const bars = new Map<number, ModelBar>();
  for (const { eventTime, price, size } of trades) {
    const openTime = openTimeAt(eventTime, interval);
    const bar = bars.get(openTime);
    if (bar === undefined) bars.set(openTime, [openTime, price, price, price, price, size]);
    else {
      bar[2] = Math.max(bar[2], price);
      bar[3] = Math.min(bar[3], price);
      bar[4] = price;
      bar[5] += size;
    }
  }
  return [...bars.values()];
}

function assertSame(stored: readonly ModelBar[], expected: readonly ModelBar[], what: string): void {
  const shown = ([openTime, ...values]: ModelBar): string =>
    `${isoOfEpochMs(openTime)} ${values.slice(0, 4).join(' ')}`;
  assert.deepEqual(stored.map(shown), expected.map(shown), what);
  for (const [i, [openTime, , , , , volume]] of expected.entries())
    assert.ok(
      Math.abs(stored[i][5] / volume - 1) < 1e-9,
      `${what}: volume at ${isoOfEpochMs(openTime)}: ${stored[i][5]}, not ${volume}`,
    );
}

function breakOf(count: number, random: number): 'kill' | 'cut' | 'clean' | 'stall' {
  if (count % 2 === 0) return 'kill';
  return random < 0.4 ? 'cut' : random < 0.7 ? 'clean' : 'stall';
}

async function spoil({ sockets }: FakeBinance, kind: 'cut' | 'clean' | 'stall'): Promise<void> {
  if (kind === 'clean') return sockets.closeAll(1001);
  if (kind === 'stall') {
    const { tamper } = sockets;
    sockets.tamper = () => []; // connected, and nothing comes
    await sleep(1_500);
    sockets.tamper = tamper;
  }
  sockets.cut('{"stream":"btcusdt@trade","data":{"e":"tra');
}

/** A killed process's feed is taken over after a while, which is passed at once; its open bars are nobody's. */
async function forgetProcess(databaseUrl: string): Promise<void> {
  const database = await openDatabase(databaseUrl);
  await database
    .collection<FeedDocument>('feeds')
    .updateMany({}, { $unset: { holder: '', leaseUntil: '', state: '', since: '' } });
  await database.collection<CurrentBarsDocument>('current_bars').deleteMany({});
  await database.close();
}

/** Until the process that was started last has joined history and live. */
async function untilLive(databaseUrl: string): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const currentBars = database.collection<CurrentBarsDocument>('current_bars');
  for (const end = Date.now() + LIVE_WITHIN_MS; ; await sleep(100)) {
    const [{ bars } = { bars: [] }] = await currentBars.find({}).toArray();
    if (bars.length > 0 && bars.every(({ isPartial }) => !isPartial)) break;
    assert.ok(Date.now() < end, `the last process is live within ${LIVE_WITHIN_MS} ms`);
  }
  await database.close();
}
