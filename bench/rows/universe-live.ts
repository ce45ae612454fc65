import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFeed } from '../../src/features/live/index.ts';
import { openLiveCollections, subscriptionId } from '../../src/features/live/collections.ts';
import { openApplication } from '../../src/main/application.ts';
import { newBarColumns, instrumentId, type Trade } from '../../src/market/index.ts';
import type { PublishedChange } from '../../src/chunk/index.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import type { LiveListener, MarketDataProvider } from '../../src/providers/contract/index.ts';

// A process with many live series of 1m, of a vendor made here: how long the relay takes to tell of what was written, and
// how much of a core all of it takes. Arguments: series, seconds, MongoDB URL (default: an embedded database).

const [series = '10000', seconds = '600', url] = process.argv.slice(2);
const ids = Array.from({ length: Number(series) }, (_, number) => instrumentId(`MADE:I${number}`));
const TRADE_EACH_MS = 20_000;
const TICK_MS = 20;
const LOOK_MS = 100;
const PROVIDER = 'made';

const provider: MarketDataProvider = {
  name: PROVIDER,
  isSynthetic: true,
  basis: 'raw',
  intervals: ['1m'],
  barsPerRequest: 1_000,
  finalityDelayMs: () => 60_000,
  reachOf: () => undefined,
  async *fetchBars({ range }) {
    await Promise.resolve();
    yield { columns: newBarColumns(0), covered: range };
  },
  close: () => Promise.resolve(),
  live: {
    kind: 'trades',
    instrumentsPerConnection: ids.length,
    silenceMs: 60_000,
    connect(listener) {
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

/** Trades every instrument in turn. */
function play(listener: LiveListener): NodeJS.Timeout {
  let tradeId = 0;
  const startedAt = performance.now();
  return setInterval(() => {
    const due = ((performance.now() - startedAt) * ids.length) / TRADE_EACH_MS;
    while (tradeId < due) {
      const trade: Trade = {
        instrumentId: ids[tradeId % ids.length],
        tradeId: ++tradeId,
        eventTime: Date.now(),
        price: 100 + (tradeId % 50) / 10,
        size: 1,
        side: undefined,
      };
      listener.onTrade(trade);
    }
    listener.onHeard();
  }, TICK_MS);
}

const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
const databaseUrl = url ?? `file:${join(folder, 'universe.db')}`;
const application = await openApplication({
  databaseUrl,
  changesKept: 1_000_000,
  moreProviders: [provider],
  onMessage: () => undefined,
  onBackgroundError: (error) => console.error(error),
});
const database = await openDatabase(databaseUrl);
const { subscriptions } = await openLiveCollections(database);
await subscriptions.insertMany(
  ids.map((id) => ({
    _id: subscriptionId(PROVIDER, id),
    provider: PROVIDER,
    instrumentId: id,
    intervals: ['1m'],
    createdAt: Date.now(),
  })),
);
await application.bus.execute(startFeed({ provider: PROVIDER }));
application.startWork();
await sleep(130_000 - (Date.now() % 60_000)); // every instrument has stored a bar

const changes = database.collection<PublishedChange>('changes');
const lags: number[] = [];
const before = { cpu: process.cpuUsage(), at: performance.now() };
let seen = (await changes.find({}, { sort: { _id: -1 }, limit: 1 }).toArray()).at(0)?._id ?? 0;
while (performance.now() - before.at < Number(seconds) * 1_000) {
  await sleep(LOOK_MS);
  const found = await changes.find({ _id: { $gt: seen } }, { sort: { _id: 1 } }).toArray();
  const now = Date.now();
  for (const { _id, at } of found) {
    lags.push(now - at);
    seen = _id;
  }
}
const { user, system } = process.cpuUsage(before.cpu);
lags.sort((a, b) => a - b);
process.send?.({
  changes: lags.length,
  lagP99Ms: lags[Math.floor((lags.length - 1) * 0.99)] ?? Infinity,
  cores: (user + system) / 1_000 / (performance.now() - before.at),
  peakMb: Math.round(process.resourceUsage().maxRSS / 1_024),
});
await application.close();
await database.close();
rmSync(folder, { recursive: true, force: true });
process.exit();
