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
import { asPocketQuantError, InvalidRequestError, readField } from '../../../../platform/errors/index.ts';
import {
  commandOf,
  LAYOUTS,
  nameTemplate,
  settingsOf,
  textOfReading,
  type BarFileFormat,
} from '../../../../barfiles/index.ts';
import { readBarFile, type BarFilePreview } from '../../queries/read-bar-file/read-bar-file.query.ts';
import { importBars, type ImportOutcome, type ImportProgress } from './import-bars.command.ts';

interface ImportOptions {
  readonly instrument?: string;
  readonly interval?: string;
  readonly provider: string;
  readonly state: 'provisional' | 'final';
  readonly complete: boolean;
  readonly duplicates?: 'first' | 'last';
  readonly dryRun: boolean;
  readonly layouts: boolean;
  readonly format?: BarFileFormat;
  readonly member?: string;
  readonly layout?: string;
  readonly columns?: string;
  readonly timezone?: string;
  readonly dateOrder?: 'ymd' | 'mdy' | 'dmy';
  readonly timeIs?: 'open' | 'close';
  readonly decimal?: 'point' | 'comma';
  readonly forceInterval: boolean;
  readonly symbol?: string;
  readonly exchange?: string;
  readonly symbolColumn?: string;
  readonly name?: string;
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
}

export function cliImportBars({ program, run }: Cli): void {
  program
    .command('import')
    .description('import bars from files: CSV, JSON, NDJSON, Parquet, Arrow or Feather, plain or packed')
    .argument('[files...]', 'the files, or - for standard input')
    .option('--instrument <instrument>', 'EXCHANGE:SYMBOL, whose bars the file holds')
    .option('--exchange <exchange>', 'exchange of the symbols in a column of the file; each becomes a series')
    .option('--symbol <symbol>', 'take only the rows of this symbol')
    .option('--symbol-column <name>', 'the column with the symbols, where its name does not tell')
    .option('--name <template>', "what the files' names say, such as {exchange}_{symbol}-{interval}; * is anything")
    .option('--interval <interval>', 'such as 1m, 1h, 1d; left out, it is the commonest step of the file')
    .option('--force-interval', 'take the interval as named, though the file has another step', false)
    .option('--timezone <zone>', 'of times that name none: UTC, exchange, or a zone such as America/New_York')
    .option('--date-order <order>', 'of dates such as 1/2/2024: ymd, mdy or dmy')
    .option('--time-unit <unit>', 'of times that are numbers: s, ms, us or ns')
    .option('--time-is <end>', 'which end of its bar a time names: open or close')
    .option('--decimal <sign>', 'the decimal sign: point or comma')
    .option(
      '--columns <columns>',
      "time='Open time',volume=Vol, or all in order: openTime,open,high,low,close,volume,-",
    )
    .option('--layout <name>', 'how a vendor writes its files')
    .option('--layouts', 'list the layouts, with an example of each', false)
    .option('--member <name>', 'the file to read of a zip of several')
    .option('--format <format>', 'csv, json, ndjson, parquet or arrow, where the content does not tell')
    .option('--duplicates <which>', 'first or last of two rows of one time; without it both are rejected')
    .option('--provider <name>', 'where the values come from', 'file')
    .option('--state <state>', 'of rows that name none: provisional or final', 'final')
    .option('--complete', 'declare that nothing traded in the intervals that the file leaves out', false)
    .option('--dry-run', 'say how the file would be read, with its first rows as understood, and store nothing', false)
    .action((files: readonly string[], options: ImportOptions) =>
      run(async (tools) => {
        if (options.layouts) {
          tools.terminal.answer(LAYOUTS, layoutLines);
          return undefined;
        }
        const [file] = files;
        if (file === undefined)
          throw new InvalidRequestError('INVALID_REQUEST', 'Name the files to import, or - for standard input');
        if (options.dryRun) return previewFiles(files, options, tools);
        return files.length === 1 ? importOne(file, options, tools) : importAll(files, options, tools);
      }),
    );
}

type Tools = Parameters<Parameters<Cli['run']>[0]>[0];

async function previewFiles(files: readonly string[], options: ImportOptions, { bus, terminal, signal }: Tools) {
  const previews: BarFilePreview[] = [];
  for (const file of files) previews.push(await bus.ask(readBarFile(readingOf(file, options, signal)), { signal }));
  terminal.answer(files.length === 1 ? previews[0] : previews, () =>
    previews.flatMap((preview, at) => [...(files.length === 1 ? [] : [files[at]]), ...previewLines(preview)]),
  );
  return previews.some(({ faults }) => faults.length > 0) ? INCOMPLETE : undefined;
}

async function importOne(file: string, options: ImportOptions, { bus, terminal, signal, elapsed }: Tools) {
  const startedAt = elapsed();
  const progress = terminal.progress(`Importing ${file}`);
  const outcome = await bus.execute(importBars(messageOf(file, options, signal)), {
    signal,
    onProgress: (now) => progress.report(now.bytesRead, now.bytesTotal, progressText(now, elapsed() - startedAt)),
  });
  const took = elapsed() - startedAt;
  progress.finish(
    `${counted(outcome.rows, 'row')} in ${durationText(took)}, ${grouped(perSecond(outcome.rows, took))} bars/s`,
  );
  terminal.answer(outcomeJson(outcome), () => outcomeLines(outcome, options.complete));
  return outcome.rejected > 0 || outcome.stopped ? INCOMPLETE : undefined;
}

interface FileOutcome {
  readonly file: string;
  readonly outcome?: ImportOutcome;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Several at a time; one that cannot be read does not stop the others. */
const FILES_AT_A_TIME = 4;

async function importAll(files: readonly string[], options: ImportOptions, { bus, terminal, signal, elapsed }: Tools) {
  const startedAt = elapsed();
  const progress = terminal.progress(`Importing ${counted(files.length, 'file')}`);
  const outcomes: FileOutcome[] = [];
  const left = files.values();
  let rows = 0;
  async function work(): Promise<void> {
    for (const file of left) {
      if (signal.aborted) return;
      try {
        const outcome = await bus.execute(importBars(messageOf(file, options, signal)), { signal });
        outcomes.push({ file, outcome });
        rows += outcome.rows;
      } catch (thrown) {
        const { code, message } = asPocketQuantError(thrown);
        outcomes.push({ file, error: { code, message } });
      }
      progress.report(outcomes.length, files.length, `${counted(rows, 'bar')}, ${file}`);
    }
  }
  await Promise.all(Array.from({ length: FILES_AT_A_TIME }, work));
  const took = elapsed() - startedAt;
  progress.finish(`${counted(rows, 'row')} in ${durationText(took)}, ${grouped(perSecond(rows, took))} bars/s`);
  outcomes.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file));
  terminal.answer(
    { files: outcomes.map(({ outcome, ...one }) => ({ ...one, ...(outcome && { outcome: outcomeJson(outcome) }) })) },
    () => filesLines(outcomes, files.length),
  );
  const isWhole = outcomes.length === files.length && outcomes.every(({ outcome }) => outcome?.rejected === 0);
  return isWhole && !signal.aborted ? undefined : INCOMPLETE;
}

function filesLines(outcomes: readonly FileOutcome[], count: number): string[] {
  const failed = outcomes.filter(({ error }) => error !== undefined);
  return [
    ...tableLines([
      ['file', 'rows', 'inserted', 'changed', 'unchanged', 'skippedStale', 'rejected'],
      ...outcomes.flatMap(({ file, outcome }) =>
        outcome === undefined
          ? []
          : [
              [
                file,
                ...[
                  outcome.rows,
                  outcome.inserted,
                  outcome.changed,
                  outcome.unchanged,
                  outcome.skippedStale,
                  outcome.rejected,
                ].map(grouped),
              ],
            ],
      ),
    ]),
    ...failed.map(({ file, error }) => `${file}: ${error?.code}: ${error?.message}`),
    `${outcomes.length - failed.length} of ${counted(count, 'file')} imported.`,
  ];
}

function messageOf(file: string, options: ImportOptions, signal: AbortSignal) {
  const { provider, state, duplicates, complete } = options;
  return { ...readingOf(file, options, signal), provider, state, duplicates, isComplete: complete };
}

/** How a file is to be read by the options, and by its name where a template says what that means. */
function readingOf(file: string, options: ImportOptions, signal: AbortSignal) {
  const {
    instrument,
    interval,
    name,
    exchange,
    provider: _p,
    state: _s,
    duplicates: _d,
    complete: _c,
    dryRun: _n,
    layouts: _l,
    ...given
  } = options;
  const named = name === undefined ? {} : nameTemplate(name)(file);
  if (named === undefined)
    throw new InvalidRequestError('INVALID_REQUEST', `The name of ${file} is not as --name ${name} says`);
  const market = named.exchange ?? exchange;
  if (named.symbol !== undefined && market === undefined)
    throw new InvalidRequestError(
      'INSTRUMENT_NEEDED',
      'The exchange of the symbols is not known; name it with --exchange',
    );
  const intervalText = named.interval ?? interval;
  return {
    ...given,
    source: file === '-' ? addAbortSignal(signal, process.stdin) : file,
    instrumentId: named.symbol === undefined ? instrument : `${market}:${named.symbol}`,
    exchange: named.symbol === undefined ? market : undefined,
    interval: intervalText === undefined ? undefined : readField('interval', intervalText, barInterval),
  };
}

function outcomeJson({ series, completeIn, ...outcome }: ImportOutcome) {
  return {
    ...outcome,
    completeIn: spanJson(completeIn),
    series: series.map((one) => ({ ...one, completeIn: spanJson(one.completeIn) })),
  };
}

function spanJson(span: ImportOutcome['completeIn']) {
  return span === undefined ? null : { from: isoOfEpochMs(span.from), to: isoOfEpochMs(span.to) };
}

function layoutLines(): string[] {
  return LAYOUTS.flatMap((layout) => [
    `${layout.name}: ${layout.vendor}`,
    ...layout.example.split('\n').map((line) => `    ${line}`),
    `  ${layout.facts}`,
    ...settingsOf(layout).map((setting) => `  ${setting}`),
    `  ${commandOf(layout)}`,
    '',
  ]);
}

function previewLines({ reading, series, faults }: BarFilePreview): string[] {
  return [
    `Read as: ${textOfReading(reading)}`,
    ...series.flatMap(({ instrumentId, bars }) => [
      `${instrumentId}/${reading.interval}`,
      ...tableLines([
        ['openTime', 'open', 'high', 'low', 'close', 'volume'],
        ...bars.map(({ openTime, open, high, low, close, volume }) => [
          isoOfEpochMs(openTime),
          ...[open, high, low, close, volume ?? ''].map(String),
        ]),
      ]),
    ]),
    ...faults.map(({ line, code, message }) => `line ${line}: ${code}: ${message}`),
    'Nothing was stored.',
  ];
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
  const { rows, rejections, completeIn, stopped, reading, series, ...counts } = outcome;
  const always = ['inserted', 'changed', 'unchanged', 'skippedStale', 'rejected'] as const;
  const names = [...always, ...(['empty', 'duplicates'] as const).filter((name) => counts[name] > 0)];
  return [
    `Read as: ${textOfReading(reading)}`,
    ...tableLines([
      ['rows', ...names],
      [grouped(rows), ...names.map((name) => grouped(counts[name]))],
    ]),
    ...(series.length > 1 ? [`${counted(series.length, 'series', 'series')} of ${reading.interval}`] : []),
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
