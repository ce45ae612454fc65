import { isImportOption, type ImportOption } from './import-options.ts';

/** Why a file was refused, for the person who chooses what decides. */
export interface Refusal {
  /** What is asked or wrong, in plain words, as a sentence. */
  readonly question: string;
  /** The option that decides, where there is one. */
  readonly option: ImportOption | undefined;
}

interface Refused {
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly { readonly path: string }[];
}

const DECIDES: Readonly<Record<string, readonly [question: string, ...options: readonly ImportOption[]]>> = {
  INSTRUMENT_NEEDED: ['Whose bars are these?', 'instrumentId', 'exchange'],
  MANY_INSTRUMENTS: ['The file holds more than one instrument.', 'exchange', 'symbol', 'instrumentId'],
  INTERVAL_NEEDED: ['How long is a bar?', 'interval'],
  INTERVAL_MISMATCH: ['The rows are another step apart.', 'interval', 'forceInterval'],
  TIME_ZONE_NEEDED: ['Which time zone are the times in?', 'timezone'],
  DATE_ORDER_NEEDED: ['Which is the day, which the month?', 'dateOrder'],
  TIME_UNIT_NEEDED: ['Which unit are the times in?', 'timeUnit'],
  TIME_FORM_UNKNOWN: ['The times cannot be read.', 'columns', 'timeUnit'],
  DECIMAL_FORM_NEEDED: ['Is it a decimal point or a decimal comma?', 'decimal'],
  LABEL_NEEDED: ['Do the times name the beginning or the end of a bar?', 'timeIs'],
  NOT_ALIGNED: ['The rows do not begin where bars of this interval begin.', 'timezone', 'align', 'timeIs', 'interval'],
  NO_SCHEDULE: ['The trading hours are not known.', 'align'],
  NO_SESSIONS: ['There is no session that bars could begin with.', 'align'],
  COLUMNS_NEEDED: ['Which column is which?', 'columns', 'layout'],
  COLUMNS_INVALID: ['The columns are not named as expected.', 'columns'],
  FILE_HEADER_INVALID: ['The columns of bars were not found.', 'columns'],
  UNKNOWN_LAYOUT: ['There is no such layout.', 'layout'],
  UNKNOWN_FORMAT: ['The file is of no kind that is read.'],
  ZIP_MANY_FILES: ['Which file of the zip?', 'name', 'member'],
  ZIP_FILE_UNKNOWN: ['The zip does not hold this file.', 'member'],
  NAME_TEMPLATE_INVALID: ['The names of the files are not described as expected.', 'name'],
  FILE_ENCRYPTED: ['The file is encrypted.'],
  FILE_DAMAGED: ['The file is damaged.'],
  FILE_LINE_TOO_LONG: ['This is not a file of bars.'],
  FILE_UNREADABLE: ['The file cannot be read.'],
  JSON_SHAPE_UNKNOWN: ['The JSON does not hold a list of rows.'],
  JSON_TOO_LARGE: ['The JSON is too large to be read as a whole.'],
  BODY_TOO_LARGE: ['The file is too large.'],
  OVERLOADED: ['The server has enough to do.'],
};

/** These may be found behind rows that are stored already. */
const FOUND_LATE: ReadonlySet<string> = new Set(['FILE_DAMAGED', 'FILE_LINE_TOO_LONG']);

export function refusalOf({ code, detail, errors }: Refused): Refusal {
  const [question, ...options] = DECIDES[code] ?? ['The file was not accepted.'];
  const inPath = errors.map(({ path }) => path.split('/').at(-1) ?? '').find(isImportOption);
  return { question, option: inPath ?? firstNamed(detail, options) ?? options[0] ?? namedWithValue(detail) };
}

/** Whether rows before the fault may be stored; a file that is refused for another reason leaves nothing. */
export function mayBeStoredInPart({ code, status }: { readonly code: string; readonly status: number }): boolean {
  return status >= 500 || FOUND_LATE.has(code);
}

/** Of the options that may decide, the one that the message names first. */
function firstNamed(message: string, options: readonly ImportOption[]): ImportOption | undefined {
  const named = options
    .map((option) => ({ option, place: message.search(new RegExp(`\\b${option}\\b`)) }))
    .filter(({ place }) => place >= 0);
  return named.toSorted((a, b) => a.place - b.place).at(0)?.option;
}

function namedWithValue(message: string): ImportOption | undefined {
  return Array.from(message.matchAll(/\b(\w+)=/g), ([, name = '']) => name).find(isImportOption);
}
