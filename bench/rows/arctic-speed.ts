import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { barAt, DAY_MS, PRICE_COLUMNS, type BarColumns } from '../../src/market/index.ts';
import { atLeast, inFolder, median, medianOf, timed, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';
import { installIn, readingProgram } from './command-speed.ts';

const BARS = 1_000_000;
const RUNS = 7;
const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const PYTHON = process.env['PYTHON_WITH_ARCTICDB'] ?? 'python3';
const PROGRAM = fileURLToPath(new URL('./arctic.py', import.meta.url));

interface Times {
  readonly write: number;
  readonly read: number;
  readonly day: number;
  readonly correct: number;
}

/** The same million bars in ArcticDB on LMDB, which does not sync them; nothing where Python has no `arcticdb`. */
export async function arcticSpeed(): Promise<BenchRow[]> {
  if (spawnSync(PYTHON, ['-c', 'import arcticdb']).status !== 0) return [];
  const columns = realBars(BARS);
  return inFolder(async (folder) => {
    const theirFolder = join(folder, 'theirs');
    const file = join(folder, 'bars.bin');
    const { openTime, volume } = columns;
    writeFileSync(file, Buffer.concat([openTime, ...PRICE_COLUMNS.map((name) => columns[name]), volume].map(bytesOf)));
    const theirs = JSON.parse(execFileSync(PYTHON, [PROGRAM, theirFolder, file], { encoding: 'utf8' })) as Times;
    const database = `file:${join(folder, 'ours.db')}`;
    const ours = await measureOurs(database, columns);
    const program = readingProgram(installIn(folder), database);
    const wholes: [number[], number[]] = [[], []];
    for (let run = 0; run < RUNS; run++) {
      wholes[0].push(await timed(() => execFileSync(process.execPath, ['-e', program])));
      wholes[1].push(await timed(() => execFileSync(PYTHON, [PROGRAM, theirFolder])));
    }
    const row = (what: string, mine: number, other: number, target: number): BenchRow =>
      atLeast(`${what}, against ArcticDB`, other / mine, target, `${mine.toFixed(1)} ms`, `${other.toFixed(1)} ms`);
    return [
      row('UpsertBars, 1 M bars', ours.write, theirs.write, 0.15),
      row('GetBars, 1 M bars', ours.read, theirs.read, 0.2),
      row('one day of them', ours.day, theirs.day, 5),
      row('one corrected bar', ours.correct, theirs.correct, 3),
      row('a process that opens, reads them and ends', median(wholes[0]), median(wholes[1]), 2),
    ];
  });
}

async function measureOurs(database: string, columns: BarColumns): Promise<Times> {
  const pq = await open({ database });
  const { openTime } = columns;
  const from = Math.floor(openTime[BARS / 2] / DAY_MS) * DAY_MS;
  const bar = barAt(columns, BARS / 2);
  let run = 0;
  const upsert = (instrumentId: string): ReturnType<PocketQuant['upsertBars']> =>
    pq.upsertBars({ ...SERIES, instrumentId, provider: 'bench', state: 'final', columns });
  const correct = (): ReturnType<PocketQuant['upsertBars']> => {
    const corrected = { ...bar, close: bar.close + ++run / 100, high: bar.high + 1 };
    return pq.upsertBars({ ...SERIES, provider: 'bench', state: 'final', bars: [corrected] });
  };
  const writes: number[] = [];
  for (let written = 0; written <= RUNS; written++) {
    writes.push(await timed(() => upsert(`BENCH:RUN${written}`)));
    await pq.settle(); // the change feed is told outside of what is measured
  }
  await upsert(SERIES.instrumentId);
  await pq.settle();
  const times = {
    write: median(writes.slice(1)),
    read: await medianOf(RUNS, () => pq.getBars(SERIES)),
    day: await medianOf(RUNS, () => pq.getBars({ ...SERIES, from, to: from + DAY_MS })),
    correct: await medianOf(RUNS, correct),
  };
  await pq.close();
  return times;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Buffer {
  return Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
}
