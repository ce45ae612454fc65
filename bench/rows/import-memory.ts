import { spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { isoOfEpochMs } from '../../src/market/index.ts';
import { atMost, inFolder, rate, timed, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const BARS = 10_000_000;
const ROWS_PER_PIECE = 50_000;
const TARGET_MB = 400;

/** Peak memory of importing a CSV file of 10 M bars, as the operating system counts it. */
export function importMemory(): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const file = join(folder, 'bars.csv');
    await pipeline(csvPieces(), createWriteStream(file));
    const cli = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
    const peak = fileURLToPath(new URL('./report-peak.ts', import.meta.url));
    const words = [
      '--database',
      `file:${join(folder, 'import.db')}`,
      '--json',
      'import',
      file,
      '--instrument',
      'BENCH:BTCUSD',
      '--interval',
      '1m',
    ];
    let stderr = '';
    const ms = await timed(() => {
      const run = spawnSync(process.execPath, ['--import', peak, cli, ...words], { encoding: 'utf8' });
      if (run.status !== 0) throw new Error(run.stderr);
      stderr = run.stderr;
    });
    const megabytes = Number(/peak ([\d.]+) MB/.exec(stderr)?.[1]);
    return [
      atMost(
        'import CSV, 10 M bars: peak memory',
        megabytes,
        TARGET_MB,
        ' MB',
        `${megabytes.toFixed(0)} MB, ${rate(BARS, ms)}`,
        '',
      ),
    ];
  });
}

function* csvPieces(): Generator<string> {
  const { openTime, open, high, low, close, volume } = realBars(BARS);
  yield 'openTime,open,high,low,close,volume\n';
  for (let start = 0; start < BARS; start += ROWS_PER_PIECE) {
    let text = '';
    for (let i = start; i < Math.min(BARS, start + ROWS_PER_PIECE); i++)
      text += `${isoOfEpochMs(openTime[i])},${open[i]},${high[i]},${low[i]},${close[i]},${volume[i]}\n`;
    yield text;
  }
}
