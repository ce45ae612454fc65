import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { importBars, upsertBars } from '../src/features/bars/index.ts';
import { routeBars } from '../src/features/bars/doors.ts';
import { openApplication } from '../src/main/application.ts';
import { isoOfEpochMs } from '../src/market/index.ts';
import { listen } from '../src/platform/http/index.ts';
import { realBars } from './real-bars.ts';
import { benchServer } from './serve.ts';

// How long the event loop stands still while one process imports a million bars beside 100 small queries a second; the
// queries come from a process of their own: node bench/event-loop.ts

const BARS = 1_000_000;
const REQUESTS_PER_SECOND = 100;

if (process.argv[2] !== undefined) await askSteadily(process.argv[2]);
else await serveAndImport();

async function serveAndImport(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
  const { bus, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'loop.db')}`,
    changesKept: 1_000_000,
    onMessage: () => undefined,
    onBackgroundError: (error) => console.error(error),
  });
  const columns = realBars(BARS);
  const start = columns.openTime[0];
  const small = { ...realBars(20_000) };
  await bus.execute(
    upsertBars({ instrumentId: 'BENCH:SMALL', interval: '1m', provider: 'bench', state: 'final', columns: small }),
  );
  const http = await benchServer();
  routeBars(http, bus);
  const url = await listen(http, '127.0.0.1', 0);

  const asker = fork(new URL(import.meta.url), [
    `${url}/bars/BENCH:SMALL?interval=1m&from=${isoOfEpochMs(start)}&limit=60`,
  ]);
  await once(asker, 'message'); // it is warm
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedAt = performance.now();
  await bus.execute(
    importBars({
      source: csv(columns),
      instrumentId: 'BENCH:BTCUSD',
      interval: '1m',
      provider: 'bench',
      state: 'final',
      format: 'csv',
    }),
  );
  const took = performance.now() - startedAt;
  delay.disable();
  asker.send('stop');
  const [{ count, median, p99, longest }] = (await once(asker, 'message')) as [
    { count: number; median: number; p99: number; longest: number },
  ];
  console.log(`import of ${BARS} bars: ${(took / 1_000).toFixed(1)} s, ${(BARS / took / 1_000).toFixed(2)} M bars/s`);
  console.log(
    `event loop: stood still at most ${(delay.max / 1e6).toFixed(1)} ms, p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms`,
  );
  console.log(
    `${count} small queries beside it: median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, longest ${longest.toFixed(1)} ms`,
  );
  await http.close();
  await close();
  rmSync(folder, { recursive: true, force: true });
}

/** The text of the bars, made a piece at a time so that making it is no burden of its own. */
async function* csv({
  openTime,
  open,
  high,
  low,
  close,
  volume,
}: ReturnType<typeof realBars>): AsyncGenerator<Uint8Array> {
  yield Buffer.from('openTime,open,high,low,close,volume\n');
  for (let piece = 0; piece < openTime.length; piece += 1_000) {
    let text = '';
    for (let i = piece; i < Math.min(openTime.length, piece + 1_000); i++)
      text += `${openTime[i]},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]}\n`;
    yield Buffer.from(text);
    await sleep(0);
  }
}

async function askSteadily(url: string): Promise<void> {
  for (let i = 0; i < 200; i++) await (await fetch(url)).arrayBuffer();
  process.send?.('warm');
  const times: number[] = [];
  const running: Promise<void>[] = [];
  let isStopped = false;
  process.once('message', () => (isStopped = true));
  for (let sent = 0, startedAt = performance.now(); !isStopped; sent++) {
    await sleep(Math.max(0, startedAt + (sent * 1_000) / REQUESTS_PER_SECOND - performance.now()));
    running.push(
      (async () => {
        const askedAt = performance.now();
        await (await fetch(url)).arrayBuffer();
        times.push(performance.now() - askedAt);
      })(),
    );
  }
  await Promise.all(running);
  const sorted = times.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  process.send?.({ count: sorted.length, median: at(0.5), p99: at(0.99), longest: at(1) });
  process.disconnect();
}
