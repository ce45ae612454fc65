import { InvalidRequestError } from '../platform/errors/index.ts';

/** Where each field of a bar stands in a row; -1 where there is none. */
export interface FieldPlaces {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly state: number;
}

const NAMES: Readonly<Record<keyof FieldPlaces, readonly string[]>> = {
  openTime: ['opentime', 'open_time', 'time', 'date', 'datetime', 'timestamp'],
  open: ['open', 'o'],
  high: ['high', 'h'],
  low: ['low', 'l'],
  close: ['close', 'c'],
  volume: ['volume', 'vol', 'v'],
  state: ['state'],
};
const REQUIRED = ['openTime', 'open', 'high', 'low', 'close'] as const;
const MAX_COLUMNS = 1_000;
const SHOWN_COLUMNS = 12;

/** Finds the fields by their names, in any order and case; other columns are of no concern. -1 where there is none. */
export function fieldPlaces(columns: readonly string[]): FieldPlaces {
  const names = columns.map((name) => name.trim().toLowerCase());
  const placeOf = (field: keyof FieldPlaces): number => names.findIndex((name) => NAMES[field].includes(name));
  return {
    openTime: placeOf('openTime'),
    open: placeOf('open'),
    high: placeOf('high'),
    low: placeOf('low'),
    close: placeOf('close'),
    volume: placeOf('volume'),
    state: placeOf('state'),
  };
}

/**
 * The same of a file whose header must name every field that a bar needs.
 * @throws InvalidRequestError `FILE_HEADER_INVALID` that says what was found and what was expected
 */
export function findFields(columns: readonly string[]): FieldPlaces {
  if (columns.length > MAX_COLUMNS)
    throw new InvalidRequestError(
      'FILE_HEADER_INVALID',
      `The first line has ${columns.length} columns; at most ${MAX_COLUMNS} are read`,
    );
  const places = fieldPlaces(columns);
  const missing = REQUIRED.filter((field) => places[field] < 0);
  if (missing.length > 0) {
    const shown = columns
      .slice(0, SHOWN_COLUMNS)
      .map((name) => JSON.stringify(name.slice(0, 40)))
      .join(', ');
    throw new InvalidRequestError(
      'FILE_HEADER_INVALID',
      `No column for ${missing.join(', ')}. The first line must name the columns: openTime (or time, date, datetime, timestamp), ` +
        `open, high, low, close, and if known volume and state; found ${shown}${columns.length > SHOWN_COLUMNS ? ', …' : ''}`,
    );
  }
  return places;
}
