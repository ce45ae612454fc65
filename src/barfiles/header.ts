import { InvalidRequestError } from '../platform/errors/index.ts';

/** The fields that rows of a kind have, and what columns call them. */
export interface Fields<Field extends string> {
  /** In lower case. */
  readonly names: Readonly<Record<Field, readonly string[]>>;
  readonly required: readonly Field[];
  /** What a header must name, in words. */
  readonly expected: string;
}

/** Where each field stands in a row; -1 where there is none. */
export type FieldPlaces<Field extends string> = Readonly<Record<Field, number>>;

export type BarField = 'openTime' | 'open' | 'high' | 'low' | 'close' | 'volume' | 'state';

export const BAR_FIELDS: Fields<BarField> = {
  names: {
    openTime: ['opentime', 'open_time', 'time', 'date', 'datetime', 'timestamp'],
    open: ['open', 'o'],
    high: ['high', 'h'],
    low: ['low', 'l'],
    close: ['close', 'c'],
    volume: ['volume', 'vol', 'v'],
    state: ['state'],
  },
  required: ['openTime', 'open', 'high', 'low', 'close'],
  expected: 'openTime (or time, date, datetime, timestamp), open, high, low, close, and if known volume and state',
};
const MAX_COLUMNS = 1_000;
const SHOWN_COLUMNS = 12;

/** Finds the fields by their names, in any order and case; other columns are of no concern. -1 where there is none. */
export function fieldPlaces<Field extends string>(
  columns: readonly string[],
  { names }: Fields<Field>,
): FieldPlaces<Field> {
  const found = columns.map((name) => name.trim().toLowerCase());
  const places = Object.entries<readonly string[]>(names).map(([field, accepted]) => [
    field,
    found.findIndex((name) => accepted.includes(name)),
  ]);
  return Object.fromEntries(places) as FieldPlaces<Field>;
}

/**
 * The same of a file whose header must name every field that a row needs.
 * @throws InvalidRequestError `FILE_HEADER_INVALID` that says what was found and what was expected
 */
export function findFields<Field extends string>(
  columns: readonly string[],
  fields: Fields<Field>,
): FieldPlaces<Field> {
  if (columns.length > MAX_COLUMNS)
    throw new InvalidRequestError(
      'FILE_HEADER_INVALID',
      `The first line has ${columns.length} columns; at most ${MAX_COLUMNS} are read`,
    );
  const places = fieldPlaces(columns, fields);
  const missing = fields.required.filter((field) => places[field] < 0);
  if (missing.length > 0) {
    const shown = columns
      .slice(0, SHOWN_COLUMNS)
      .map((name) => JSON.stringify(name.slice(0, 40)))
      .join(', ');
    throw new InvalidRequestError(
      'FILE_HEADER_INVALID',
      `No column for ${missing.join(', ')}. The first line must name the columns: ${fields.expected}; ` +
        `found ${shown}${columns.length > SHOWN_COLUMNS ? ', …' : ''}`,
    );
  }
  return places;
}
