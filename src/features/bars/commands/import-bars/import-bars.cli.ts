import { addAbortSignal } from 'node:stream';
import { barInterval, isoOfEpochMs } from '../../../../market/index.ts';
import {
  bytesText,
  counted,
  durationText,
  grouped,
  INCOMPLETE,
  tableLines,
  type Cli,
} from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import type { BarFileFormat } from '../../../../barfiles/index.ts';
import { importBars, type ImportOutcome, type ImportProgress } from './import-bars.command.ts';

interface ImportOptions {
  readonly instrument: string;
  readonly interval: string;
  readonly provider: string;
  readonly state: 'provisional' | 'final';
  readonly complete: boolean;
  readonly format?: BarFileFormat;
}

export function cliImportBars({ program, run }: Cli): void {
  program
    .command('import')
    .description('import bars from a CSV, NDJSON, Parquet or Arrow file, plain or compressed (gzip, zstd)')
    .argument('<file>', 'the file, or - for standard input')
    .requiredOption('--instrument <instrument>', 'EXCHANGE:SYMBOL')
    .requiredOption('--interval <interval>', 'such as 1m, 1h, 1d')
    .option('--provider <name>', 'where the values come from', 'file')
    .option('--state <state>', 'of rows that name none: provisional or final', 'final')
    .option('--complete', 'declare that nothing traded in the intervals that the file leaves out', false)
    .option('--format <format>', 'csv, ndjson, parquet or arrow, where name and content do not tell')
    .action((file: string, { interval, instrument, complete, format, ...options }: ImportOptions) =>
      run(async ({ bus, terminal, signal, elapsed }) => {
        const startedAt = elapsed();
        const progress = terminal.progress(`Importing ${file}`);
        const outcome = await bus.execute(
          importBars({
            source: file === '-' ? addAbortSignal(signal, process.stdin) : file,
            instrumentId: instrument,
            interval: readField('interval', interval, barInterval),
            isComplete: complete,
            ...options,
            format,
          }),
          {
            signal,
            onProgress: (now) =>
              progress.report(now.bytesRead, now.bytesTotal, progressText(now, elapsed() - startedAt)),
          },
        );
        const took = elapsed() - startedAt;
        progress.finish(
          `${counted(outcome.rows, 'row')} in ${durationText(took)}, ${grouped(perSecond(outcome.rows, took))} bars/s`,
        );
        const { completeIn: span } = outcome;
        const completeIn = span === undefined ? null : { from: isoOfEpochMs(span.from), to: isoOfEpochMs(span.to) };
        terminal.answer({ ...outcome, completeIn }, () => outcomeLines(outcome, complete));
        return outcome.rejected > 0 || outcome.stopped ? INCOMPLETE : undefined;
      }),
    );
}

function perSecond(rows: number, ms: number): number {
  return Math.round(rows / Math.max(ms / 1_000, 0.001));
}

function progressText({ rows, bytesRead, bytesTotal }: ImportProgress, ms: number): string {
  const speed = `${counted(rows, 'bar')}, ${grouped(perSecond(rows, ms))} bars/s`;
  if (bytesTotal === undefined || bytesRead === 0) return `${speed}, ${bytesText(bytesRead)}`;
  return `${speed}, ${durationText((ms / bytesRead) * Math.max(0, bytesTotal - bytesRead))} left`;
}

function outcomeLines(outcome: ImportOutcome, isDeclared: boolean): string[] {
  const { rows, rejections, completeIn, stopped, ...counts } = outcome;
  const names = ['inserted', 'changed', 'unchanged', 'skippedStale', 'rejected'] as const;
  return [
    ...tableLines([
      ['rows', ...names],
      [grouped(rows), ...names.map((name) => grouped(counts[name]))],
    ]),
    ...rejections.map(
      ({ code, rows: count, lines, message }) =>
        `${code}: ${counted(count, 'row')}, ${count === 1 ? 'line' : 'lines'} ${lines.join(', ')}${count > lines.length ? ', …' : ''}. ${message}`,
    ),
    ...(isDeclared ? [declaredLine(completeIn)] : []),
    ...(stopped ? ['Stopped. Run the same command again to continue.'] : []),
  ];
}

function declaredLine(completeIn: ImportOutcome['completeIn']): string {
  if (completeIn === undefined)
    return 'Nothing is declared of absent bars: the file was not read to its end, or has no good bar, or a row without a time.';
  const { from, to } = completeIn;
  return `From ${isoOfEpochMs(from)} to ${isoOfEpochMs(to)} absent bars count as "nothing traded".`;
}
