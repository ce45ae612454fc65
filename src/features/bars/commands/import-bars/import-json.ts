import { isoOfEpochMs } from '../../../../market/index.ts';
import type { PocketQuantError } from '../../../../platform/errors/index.ts';
import type { ImportedFiles } from '../import-files/import-files.command.ts';
import type { ImportOutcome } from './import-bars.command.ts';

/** As doors give it: times as RFC 3339, what is absent as null. */
export function outcomeJson({ series, completeIn, ...outcome }: ImportOutcome) {
  return {
    ...outcome,
    completeIn: spanJson(completeIn),
    series: series.map((one) => ({ ...one, completeIn: spanJson(one.completeIn) })),
  };
}

export function errorJson(error: PocketQuantError | undefined) {
  return error === undefined ? {} : { error: { code: error.code, message: error.message } };
}

const MOST_SERIES = 1_000;
/** Of each of several files. */
const MOST_SERIES_EACH = 10;
const MOST_FILES = 1_000;

/** The same of limited length, as HTTP gives it and jobs keep it, with options named as parameters. */
export function importedJson(outcome: ImportOutcome, most = MOST_SERIES) {
  const { series, rejections, ...all } = outcomeJson(outcome);
  return {
    ...all,
    rejections: rejections.map((one) => ({ ...one, message: inParameters(one.message) })),
    series: series.slice(0, most),
    seriesCount: series.length,
  };
}

export function importedFilesJson({ files, stopped }: ImportedFiles) {
  const refusedFirst = files.toSorted((a, b) => Number(a.error === undefined) - Number(b.error === undefined));
  return {
    files: refusedFirst.slice(0, MOST_FILES).map(({ file, outcome, error }) => ({
      file,
      outcome: outcome === undefined ? null : importedJson(outcome, MOST_SERIES_EACH),
      error: error === undefined ? null : { code: error.code, message: inParameters(error.message) },
    })),
    filesCount: files.length,
    stopped,
  };
}

const PARAMETERS: Readonly<Record<string, string>> = { instrument: 'instrumentId', complete: 'isComplete' };
const WORD = '(?:UTC|exchange|session|open|close|first|last|point|comma|[ymd]{3}|[mun]?s)\\b';
/** What stands behind an option in a message and is its value, no word of the sentence. */
const VALUE = `'[^']*'|\\w+=(?:'[^']*'|[^\\s;]+)|${WORD}(?:\\|${WORD})*|\\d+[smhdwM]\\b|[A-Z]\\w+/\\w+|openTime,[\\w,-]+`;
const OPTION = new RegExp(`--([a-z]+(?:-[a-z]+)*)(?: (${VALUE}))?`, 'g');

/** Options of the command line, as messages name them, as parameters of a query: `--time-is close` is `timeIs=close`. */
export function inParameters(message: string): string {
  return message.replace(OPTION, (_all, option: string, value: string | undefined) => {
    const name = PARAMETERS[option] ?? option.replace(/-[a-z]/g, (letter) => letter.charAt(1).toUpperCase());
    if (option.startsWith('force-')) return `${name}=true`;
    return value === undefined ? name : `${name}=${value.replace(/^'(.*)'$/, '$1')}`;
  });
}

function spanJson(span: ImportOutcome['completeIn']) {
  return span === undefined ? null : { from: isoOfEpochMs(span.from), to: isoOfEpochMs(span.to) };
}
