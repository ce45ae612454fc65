import { syncMany, getJobs } from '../src/features/sync/index.ts';
import { join } from 'node:path';
import { openApplication } from '../src/main/application.ts';
import { DAY_MS, epochMs, firstIndexFrom, openTimeAt, sliceColumns, type BarColumns } from '../src/market/index.ts';
import type { BarsPage, BarsRequest, MarketDataProvider } from '../src/providers/contract/index.ts';
import { inFolder, rate } from './measure.ts';
import { realBars } from './real-bars.ts';

// How fast one process brings up many tracked series from a provider without limits: fetched, checked, merged, stored
// in the embedded database, with coverage and jobs: node bench/sync-throughput.ts [series] [days]

const SERIES = Number(process.argv[2] ?? 500);
const DAYS = Number(process.argv[3] ?? 30);
const BARS_PER_REQUEST = 1_000;
const MINUTE_MS = 60_000;
const TARGET_BARS_PER_SECOND = 100_000;
const TARGET_MB = 500;

/** Real minutes, moved to the days that are asked for; each series' page is a copy, as off a wire. */
function createMemoryProvider(bars: BarColumns): MarketDataProvider {
  async function* fetchBars({ range, now }: BarsRequest): AsyncGenerator<BarsPage> {
    const end = Math.min(range.to, openTimeAt(now, '1m'));
    for (let from: number = range.from; from < end; from += BARS_PER_REQUEST * MINUTE_MS) {
      const to = Math.min(end, from + BARS_PER_REQUEST * MINUTE_MS);
      await new Promise((resolve) => setImmediate(resolve)); // an answer never comes in the same turn
      const { openTime } = bars;
      const page = sliceColumns(bars, firstIndexFrom(openTime, from), firstIndexFrom(openTime, to));
      const columns = Object.fromEntries(Object.entries(page).map(([name, column]) => [name, column.slice()]));
      yield { columns: columns as unknown as BarColumns, covered: { from: epochMs(from), to: epochMs(to) } };
    }
  }
  return {
    name: 'memory',
    isSynthetic: true,
    basis: 'raw',
    intervals: ['1m'],
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: () => 0,
    reachOf: () => undefined,
    fetchBars,
    close: () => Promise.resolve(),
  };
}

const bars = realBars((DAYS + 1) * 1_440);
const from = Math.ceil(bars.openTime[0] / DAY_MS) * DAY_MS;
const now = bars.openTime[bars.openTime.length - 1];

await inFolder(async (folder) => {
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'sync.db')}`,
    changesKept: 1_000_000,
    moreProviders: [createMemoryProvider(bars)],
    clock: () => now + Math.floor(performance.now()),
    onMessage: () => undefined,
    onBackgroundError: (error) => console.error(error),
  });
  const orders = Array.from({ length: SERIES }, (_, i) => ({
    instrumentId: `COINBASE:BENCH${i}`,
    interval: '1m' as const,
    provider: 'memory',
    from,
  }));
  const startedAt = performance.now();
  await bus.execute(syncMany({ orders }));
  const ordered = performance.now();
  scheduler.start();
  const { jobs: everyJob } = await bus.ask(getJobs({ limit: 1_000 }));
  const never = new AbortController().signal;
  for (const { id } of everyJob) await scheduler.waitFor(id, never);
  const took = performance.now() - ordered;
  const { jobs: ended } = await bus.ask(getJobs({ limit: 1_000 }));
  const inserted = ended.reduce((sum, job) => sum + (job.kind === 'sync' ? job.progress.inserted : 0), 0);
  const states = new Set(ended.map(({ state }) => state));
  await close();
  const peakMb = process.resourceUsage().maxRSS / 1_024;
  console.log(`${ended.length} series, ${inserted} bars, ${[...states].join(', ')}`);
  console.log(`orders written: ${(ordered - startedAt).toFixed(0)} ms`);
  console.log(
    `sustained: ${rate(inserted, took)} (target >= ${rate(TARGET_BARS_PER_SECOND, 1_000)}), ${(took / 1_000).toFixed(1)} s`,
  );
  console.log(`peak RSS: ${peakMb.toFixed(0)} MB (target <= ${TARGET_MB})`);
});
