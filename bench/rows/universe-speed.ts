import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBarsCollections } from '../../src/features/bars/collections.ts';
import { openInstrumentsCollections } from '../../src/features/instruments/collections.ts';
import { openSyncCollections } from '../../src/features/sync/collections.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { atMost, inFolder, inTurn, type BenchRow } from '../measure.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const SMALL = 10;
const LARGE = 10_000;
const RUNS = 5;
const MOST_LAG_MS = 2_000;
/** Longer than a minute, so that every bar closes once; the whole of it is ten minutes: UNIVERSE_SECONDS=600. */
const SECONDS = Number(process.env['UNIVERSE_SECONDS'] ?? 75);

/** Ten thousand series against ten: until a server is ready, and what they cost while they are live. */
export function universeSpeed(server?: string): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const [small, large] = [SMALL, LARGE].map((count) => `file:${join(folder, `${count}.db`)}`);
    await fill(small, SMALL);
    await fill(large, LARGE);
    const [few, many] = await inTurn(
      RUNS,
      () => untilReady(small),
      () => untilReady(large),
    );
    const told = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
    const start = atMost(`start to ready, ${LARGE} series`, many / few, 1.5, 'x', told(many), `${SMALL}: ${told(few)}`);
    const { lagP99Ms, cores, changes, peakMb } = await live(server);
    const what = `${LARGE} live series of 1m for ${SECONDS} s`;
    const about = `${changes} changes, ${peakMb} MB`;
    return [
      start,
      atMost(`${what}: relay lag p99`, lagP99Ms, MOST_LAG_MS, ' ms', `${lagP99Ms} ms`, about),
      atMost(`${what}: cores`, cores, 1, '', cores.toFixed(2), about),
    ];
  });
}

/** Instruments that are registered, stored and tracked. */
async function fill(url: string, count: number): Promise<void> {
  const database = await openDatabase(url);
  const { instruments, series } = await openInstrumentsCollections(database);
  await openBarsCollections(database);
  const ids = Array.from({ length: count }, (_, number) => `NASDAQ:S${String(number).padStart(5, '0')}`);
  await instruments.insertMany(
    ids.map((_id) => ({ _id, name: `Company ${_id}`, registeredAt: 0, searchText: `company ${_id}`.toLowerCase() })),
  );
  const of1m = { interval: '1m', first: 0, last: 60_000, count: 2, finalCount: 2, providers: ['made'], lastSeq: 1 };
  await series.insertMany(ids.map((id) => ({ ...of1m, _id: `${id}/1m`, instrumentId: id })));
  await openSyncCollections(database).tracked.insertMany(
    ids.map((id) => ({ _id: `${id}/1m`, instrumentId: id, interval: '1m', provider: 'made', from: 0, jobId: id })),
  );
  await database.close();
}

/** Starts a server as `npm start` does, and ends it once it has told its address. */
async function untilReady(url: string): Promise<void> {
  const env = { ...process.env, LOG_LEVEL: 'error', DATABASE_URL: url };
  const child = spawn(process.execPath, [CLI, 'serve', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

interface LiveFigures {
  readonly changes: number;
  readonly lagP99Ms: number;
  readonly cores: number;
  readonly peakMb: number;
}

async function live(server: string | undefined): Promise<LiveFigures> {
  const url = server === undefined ? [] : [`${server.replace(/\/$/, '')}/pocketquant_bench_universe_${process.pid}`];
  const child = fork(new URL('./universe-live.ts', import.meta.url), [String(LARGE), String(SECONDS), ...url], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: process.execArgv,
  });
  const [figures] = (await once(child, 'message')) as [LiveFigures];
  await once(child, 'exit');
  return figures;
}
