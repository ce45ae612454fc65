import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFeed, subscribe } from '../../src/features/live/index.ts';
import { syncMany } from '../../src/features/sync/index.ts';
import { openApplication } from '../../src/main/application.ts';
import { routeStreams } from '../../src/main/route-streams.ts';
import { DAY_MS, instrumentId, newBarColumns, type TimeRange, type Trade } from '../../src/market/index.ts';
import { API_PREFIX, listen } from '../../src/platform/http/index.ts';
import type { LiveListener, MarketDataProvider } from '../../src/providers/contract/index.ts';
import { LIVE_INTERVALS } from '../live-intervals.ts';
import { benchServer } from '../serve.ts';

// The process that live-throughput.ts listens to: a feed with trades of many instruments, and a backfill beside it.

const [instruments = 2_000, perSecond = 20_000, seconds = 60] = process.argv.slice(2).map(Number);
const TICK_MS = 10;
const BACKFILLED_SERIES = 20;
const BACKFILLED_DAYS = 400;

let isTrading = false;
let traded = 0;
const ids = Array.from({ length: instruments }, (_, i) => instrumentId(`MADE:I${i}`));

/** Trades as many as are wanted; of history it knows that there was none, but for the instruments that are backfilled. */
const provider: MarketDataProvider = {
  name: 'made',
  isSynthetic: true,
  basis: 'raw',
  intervals: ['1m', '1h', '1d'],
  barsPerRequest: 1_000,
  finalityDelayMs: () => 60_000,
  reachOf: () => undefined,
  async *fetchBars({ instrumentId: id, range }) {
    await sleep(5);
    yield { columns: id.startsWith('MADE:') ? newBarColumns(0) : minutes(range), covered: range };
  },
  close: () => Promise.resolve(),
  live: {
    kind: 'trades',
    instrumentsPerConnection: 10_000,
    silenceMs: 60_000,
    async connect(listener) {
      const { promise: ended, resolve } = Promise.withResolvers<{ kind: 'closed'; error: undefined }>();
      const timer = play(listener);
      return Promise.resolve({
        subscribe: (asked) => asked.forEach(({ instrumentId: id }) => listener.onSubscribed(id)),
        unsubscribe: () => undefined,
        ended,
        close() {
          clearInterval(timer);
          resolve({ kind: 'closed', error: undefined });
          return Promise.resolve();
        },
      });
    },
  },
};

function minutes({ from, to }: TimeRange) {
  const columns = newBarColumns(Math.floor((to - from) / 60_000));
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
    columns[name].forEach((_, i) => (columns[name][i] = 100 + (i % 7)));
  columns.high.forEach((_, i) => (columns.high[i] = 200));
  columns.low.forEach((_, i) => (columns.low[i] = 50));
  columns.openTime.forEach((_, i) => (columns.openTime[i] = from + i * 60_000));
  return columns;
}

function play(listener: LiveListener): NodeJS.Timeout {
  let tradeId = 0;
  let since = Date.now();
  let owed = 0;
  return setInterval(() => {
    const now = Date.now();
    if (isTrading) owed += ((now - since) * perSecond) / 1_000;
    since = now;
    for (; owed >= 1; owed--) {
      const id = ids[Math.floor(Math.random() * ids.length)];
      const trade: Trade = {
        instrumentId: id,
        tradeId: ++tradeId,
        eventTime: Date.now(),
        price: 100 + Math.floor(Math.random() * 50) / 10,
        size: 1 + Math.floor(Math.random() * 9),
        side: undefined,
      };
      listener.onTrade(trade);
      traded++;
    }
    listener.onHeard();
  }, TICK_MS);
}

const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
const application = await openApplication({
  databaseUrl: `file:${join(folder, 'live.db')}`,
  changesKept: 1_000_000,
  moreProviders: [provider],
  streamClients: 100,
  onMessage: () => undefined,
  onBackgroundError: (error) => console.error(error),
});
const { bus, hub } = application;
const http = await benchServer();
await http.register(
  (api, _options, done) => {
    routeStreams(api, hub);
    done();
  },
  { prefix: API_PREFIX },
);
const url = await listen(http, '127.0.0.1', 0);
for (const id of ids)
  await bus.execute(subscribe({ provider: 'made', instrumentId: id, intervals: [...LIVE_INTERVALS] }));
await bus.execute(startFeed({ provider: 'made' }));
application.startWork();
process.send?.({ url: `${url.replace('http', 'ws')}${API_PREFIX}/stream`, instruments: ids.slice(0, 100) });
await sleep(70_000 - (Date.now() % 60_000)); // every instrument has begun to make bars
isTrading = true;
const orders = Array.from({ length: BACKFILLED_SERIES }, (_, i) => ({
  instrumentId: `COINBASE:B${i}`,
  interval: '1m' as const,
  provider: 'made',
  from: Math.floor(Date.now() / DAY_MS - BACKFILLED_DAYS) * DAY_MS,
}));
await bus.execute(syncMany({ orders }));
process.send?.('trading');
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const before = traded;
const startedAt = performance.now();
await sleep(seconds * 1_000);
const rate = Math.round((traded - before) / ((performance.now() - startedAt) / 1_000));
isTrading = false;
process.send?.({
  tradesPerSecond: rate,
  loopP99Ms: Math.round(delay.percentile(99) / 1e6),
  loopMaxMs: Math.round(delay.max / 1e6),
  peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
});
await application.close();
await http.close();
rmSync(folder, { recursive: true, force: true });
process.exit();
