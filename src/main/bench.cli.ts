import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatColumns, DAY_MS, sliceColumns, type BarColumns } from '../market/index.ts';
import { bytesText, type Cli } from '../platform/cli/index.ts';
import { open } from './library.ts';
import { SAMPLE, sampleFile } from './sample.cli.ts';

const BARS = 1_000_000;
const READS = 5;

interface BenchOutcome {
  readonly bars: number;
  readonly writtenPerSecond: number;
  readonly readPerSecond: number;
  readonly bytesPerBar: number;
}

export function cliBench({ program, run }: Cli): void {
  program
    .command('bench')
    .description('measure how fast this machine stores and reads a million real bars, in a temporary folder')
    .action(() =>
      run(async ({ terminal, elapsed }) => {
        const outcome = await measure(elapsed);
        terminal.answer(outcome, ({ bars, writtenPerSecond, readPerSecond, bytesPerBar }) => [
          `${bars.toLocaleString('en-US')} bars of 1m, embedded database:`,
          `  written  ${(writtenPerSecond / 1e6).toFixed(2)} M bars/s`,
          `  read     ${(readPerSecond / 1e6).toFixed(2)} M bars/s`,
          `  on disk  ${bytesPerBar.toFixed(2)} bytes per bar, ${bytesText(bytesPerBar * bars)} in all`,
        ]);
      }),
    );
}

async function measure(elapsed: () => number): Promise<BenchOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
  const file = join(folder, 'bench.db');
  try {
    const columns = await sampleBars(join(folder, 'sample.db'));
    const pq = await open({ database: `file:${file}` });
    const series = { instrumentId: 'BENCH:BTCUSD', interval: '1m' } as const;
    const writing = elapsed();
    await pq.upsertBars({ ...series, provider: 'bench', columns });
    const written = elapsed();
    await pq.settle();
    const reading = elapsed();
    for (let i = 0; i < READS; i++) await pq.getBars(series);
    const read = elapsed();
    await pq.close();
    return {
      bars: BARS,
      writtenPerSecond: BARS / ((written - writing) / 1_000),
      readPerSecond: (BARS * READS) / ((read - reading) / 1_000),
      bytesPerBar: statSync(file).size / BARS,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A million bars of the sample's days; stored once on the way, so that the code is warm when it is measured. */
async function sampleBars(file: string): Promise<BarColumns> {
  const pq = await open({ database: `file:${file}` });
  await pq.importBars({ source: sampleFile(), ...SAMPLE, provider: 'sample', state: 'final' });
  const columns = repeated((await pq.getBars(SAMPLE)).columns, BARS);
  await pq.upsertBars({ instrumentId: 'BENCH:WARM', interval: '1m', provider: 'bench', columns });
  await pq.close();
  return columns;
}

/** The sample's days after each other, over and over. */
function repeated(sample: BarColumns, count: number): BarColumns {
  const days = Math.ceil((sample.openTime[sample.openTime.length - 1] - sample.openTime[0]) / DAY_MS);
  const rounds = Math.ceil(count / sample.openTime.length);
  const parts = Array.from({ length: rounds }, (_, round) => ({
    ...sample,
    openTime: sample.openTime.map((openTime) => openTime - round * days * DAY_MS),
  }));
  const all = concatColumns(parts.reverse());
  return sliceColumns(all, 0, count);
}
