import { addAbortSignal } from 'node:stream';
import { barInterval, isoOfEpochMs, seriesInterval, type Alignment } from '../../../../market/index.ts';
import {
  bytesText,
  counted,
  durationText,
  grouped,
  INCOMPLETE,
  tableLines,
  type Cli,
} from '../../../../platform/cli/index.ts';
import {
  asPocketQuantError,
  InvalidRequestError,
  readField,
  type PocketQuantError,
} from '../../../../platform/errors/index.ts';
import { commandOf, LAYOUTS, settingsOf, textOfReading, type BarFileFormat } from '../../../../barfiles/index.ts';
import { atATime } from '../../files-of.ts';
import { readBarFile, type BarFilePreview } from '../../queries/read-bar-file/read-bar-file.query.ts';
import { readBarFiles, type PreviewedFile } from '../../queries/read-bar-file/read-bar-files.query.ts';
import { importFiles } from '../import-files/import-files.command.ts';
import { errorJson, outcomeJson } from './import-json.ts';
import { importBars, type ImportOutcome, type ImportProgress } from './import-bars.command.ts';

interface ImportOptions {
  readonly instrument?: string;
  readonly interval?: string;
  readonly align?: Alignment;
  readonly provider: string;
  readonly state: 'provisional' | 'final';
  readonly complete: boolean;
  readonly duplicates?: 'first' | 'last';
  readonly dryRun: boolean;
  readonly layouts: boolean;
  readonly format?: BarFileFormat;
  readonly member?: string;
  readonly encoding?: string;
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
    .option(
      '--name <template>',
      "what the files' names say, such as {exchange}_{symbol}-{interval}; * is anything; reads all files of a zip",
    )
    .option('--interval <interval>', 'such as 1m, 1h, 1d; left out, it is the commonest step of the file')
    .option('--align <clock|session>', 'begin bars below a day on the UTC clock (default), or with trading')
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
    .option('--encoding <name>', 'of text, such as utf-16le, windows-1252 or gbk, where its bytes do not tell')
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
        return files.length === 1 && options.name === undefined
          ? importOne(file, options, tools)
          : importAll(files, options, tools);
      }),
    );
}

type Tools = Parameters<Parameters<Cli['run']>[0]>[0];

async function previewFiles(files: readonly string[], options: ImportOptions, { bus, terminal, signal }: Tools) {
  const { name } = options;
  const previews: PreviewedFile[] = [];
  for (const file of files) {
    const reading = readingOf(file, options, signal);
    if (name === undefined) previews.push({ file, preview: await bus.ask(readBarFile(reading), { signal }) });
    else previews.push(...(await bus.ask(readBarFiles({ ...reading, name }), { signal })));
  }
  const [one] = previews;
  if (previews.length === 1 && one?.error !== undefined) throw one.error;
  terminal.answer(
    previews.length === 1
      ? one.preview
      : previews.map(({ file, preview, error }) => ({ file, ...preview, ...errorJson(error) })),
    () =>
      previews.flatMap(({ file, preview, error }) => [
        ...(previews.length === 1 ? [] : [file]),
        ...(preview === undefined ? [`${error?.code}: ${error?.message}`] : previewLines(preview)),
      ]),
  );
  return previews.some(({ preview }) => preview === undefined || preview.faults.length > 0) ? INCOMPLETE : undefined;
}

async function importOne(file: string, options: ImportOptions, { bus, terminal, signal, elapsed }: Tools) {
  const startedAt = elapsed();
  const progress = terminal.progress(`Importing ${file}`);
  const outcome = await bus
    .execute(importBars(messageOf(file, options, signal)), {
      signal,
      onProgress: (now) =>
        progress.report(now.bytesRead, now.bytesTotal, () => progressText(now, elapsed() - startedAt)),
    })
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  if (outcome === undefined) {
    terminal.answer({ stopped: true }, () => [
      'Stopped before anything was stored. Run the same command again to go on.',
    ]);
    return INCOMPLETE;
  }
  return answerOne(outcome, options, progress, { terminal, took: elapsed() - startedAt });
}

function answerOne(
  outcome: ImportOutcome,
  { complete }: ImportOptions,
  progress: ReturnType<Tools['terminal']['progress']>,
  { terminal, took }: Pick<Tools, 'terminal'> & { readonly took: number },
) {
  progress.finish(
    `${counted(outcome.rows, 'row')} in ${durationText(took)}, ${grouped(perSecond(outcome.rows, took))} bars/s`,
  );
  terminal.answer(outcomeJson(outcome), () => outcomeLines(outcome, complete));
  return outcome.rejected > 0 || outcome.stopped ? INCOMPLETE : undefined;
}

interface FileOutcome {
  readonly file: string;
  readonly outcome?: ImportOutcome;
  readonly error?: PocketQuantError;
}

/**
 * Several files, one of which that cannot be read does not stop the others; also one whose name says what it holds, which
 * may be a zip of several.
 */
async function importAll(files: readonly string[], options: ImportOptions, tools: Tools) {
  const { terminal, signal, elapsed } = tools;
  const startedAt = elapsed();
  const progress = terminal.progress(`Importing ${counted(files.length, 'file')}`);
  let rows = 0;
  let done = 0;
  const found = await atATime(files, signal, async (file) => {
    const outcomes = await outcomesOf(file, options, tools);
    for (const { outcome } of outcomes) rows += outcome?.rows ?? 0;
    progress.report(++done, files.length, () => `${counted(rows, 'bar')}, ${file}`);
    return outcomes;
  });
  const outcomes = found.flat();
  const took = elapsed() - startedAt;
  const [one] = outcomes;
  if (files.length === 1 && outcomes.length === 1) {
    if (one.error !== undefined) throw one.error;
    if (one.outcome !== undefined) return answerOne(one.outcome, options, progress, { terminal, took });
  }
  progress.finish(`${counted(rows, 'row')} in ${durationText(took)}, ${grouped(perSecond(rows, took))} bars/s`);
  terminal.answer(
    {
      files: outcomes.map(({ file, outcome, error }) => ({
        file,
        ...errorJson(error),
        ...(outcome && { outcome: outcomeJson(outcome) }),
      })),
    },
    () => filesLines(outcomes, outcomes.length + files.length - found.length),
  );
  return outcomes.every(({ outcome }) => outcome?.rejected === 0) && !signal.aborted ? undefined : INCOMPLETE;
}

async function outcomesOf(file: string, options: ImportOptions, { bus, signal }: Tools): Promise<FileOutcome[]> {
  const { name } = options;
  try {
    const message = messageOf(file, options, signal);
    if (name === undefined) return [{ file, outcome: await bus.execute(importBars(message), { signal }) }];
    const { files } = await bus.execute(importFiles({ ...message, name }), { signal });
    return files.map((one) => (one.file === file ? one : { ...one, file: `${file}: ${one.file}` }));
  } catch (thrown) {
    return [{ file, error: asPocketQuantError(thrown) }];
  }
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

function readingOf(file: string, options: ImportOptions, signal: AbortSignal) {
  const {
    instrument: instrumentId,
    interval,
    name: _name,
    provider: _p,
    state: _s,
    duplicates: _d,
    complete: _c,
    dryRun: _n,
    layouts: _l,
    ...given
  } = options;
  return {
    ...given,
    source: file === '-' ? addAbortSignal(signal, process.stdin) : file,
    instrumentId,
    interval: interval === undefined ? undefined : readField('interval', interval, barInterval),
  };
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
      `${instrumentId}/${seriesInterval(reading.interval, reading.align)}`,
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
    ...(series.length > 1
      ? [`${counted(series.length, 'series', 'series')} of ${seriesInterval(reading.interval, reading.align)}`]
      : []),
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
