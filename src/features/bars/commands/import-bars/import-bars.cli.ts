import { barInterval } from '../../../../market/index.ts';
import { bytesText, durationText, grouped, INCOMPLETE, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import type { BarFileFormat } from '../../formats/index.ts';
import { importBars, type ImportOutcome, type ImportProgress } from './import-bars.command.ts';

interface ImportOptions {
  readonly instrument: string;
  readonly interval: string;
  readonly provider: string;
  readonly state: 'provisional' | 'final';
  readonly format?: BarFileFormat;
}

export function cliImportBars({ program, run }: Cli): void {
  program
    .command('import')
    .description('store the bars of a CSV, NDJSON, Parquet or Arrow file, plain or in gzip or zstd')
    .argument('<file>', 'the file, or - for standard input')
    .requiredOption('--instrument <instrument>', 'EXCHANGE:SYMBOL')
    .requiredOption('--interval <interval>', 'such as 1m, 1h, 1d')
    .option('--provider <name>', 'where the values come from', 'file')
    .option('--state <state>', 'of rows that name none: provisional or final', 'final')
    .option('--format <format>', 'csv, ndjson, parquet or arrow, where name and content do not tell')
    .action((file: string, { interval, instrument, format, ...options }: ImportOptions) =>
      run(async ({ bus, terminal, signal, elapsed }) => {
        const startedAt = elapsed();
        const progress = terminal.progress(`Importing ${file}`);
        const outcome = await bus.execute(
          importBars({
            source: file === '-' ? process.stdin : file,
            instrumentId: instrument,
            interval: readField('interval', interval, barInterval),
            ...options,
            ...(format === undefined ? {} : { format }),
            signal,
            onProgress: (now) =>
              progress.report(now.bytesRead, now.bytesTotal, progressText(now, elapsed() - startedAt)),
          }),
        );
        const took = elapsed() - startedAt;
        progress.finish(
          `${grouped(outcome.rows)} rows in ${durationText(took)}, ${grouped(perSecond(outcome.rows, took))} bars/s`,
        );
        terminal.answer(outcome, outcomeLines);
        return outcome.rejected > 0 || outcome.stopped ? INCOMPLETE : undefined;
      }),
    );
}

function perSecond(rows: number, ms: number): number {
  return Math.round(rows / Math.max(ms / 1_000, 0.001));
}

function progressText({ rows, bytesRead, bytesTotal }: ImportProgress, ms: number): string {
  const speed = `${grouped(rows)} bars, ${grouped(perSecond(rows, ms))} bars/s`;
  if (bytesTotal === undefined || bytesRead === 0) return `${speed}, ${bytesText(bytesRead)}`;
  return `${speed}, ${durationText((ms / bytesRead) * Math.max(0, bytesTotal - bytesRead))} left`;
}

function outcomeLines({ rows, rejections, stopped, ...counts }: ImportOutcome): string[] {
  const names = ['inserted', 'changed', 'unchanged', 'skippedStale', 'rejected'] as const;
  return [
    ...tableLines([
      ['rows', ...names],
      [grouped(rows), ...names.map((name) => grouped(counts[name]))],
    ]),
    ...rejections.map(
      ({ code, rows: count, lines, message }) =>
        `${code}: ${grouped(count)} rows, lines ${lines.join(', ')}${count > lines.length ? ', …' : ''}. ${message}`,
    ),
    ...(stopped ? ['Stopped. Run the same command again to go on.'] : []),
  ];
}
