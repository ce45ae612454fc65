import { epochMsOfInput, epochMsOfWire } from '../time/epoch-ms.ts';
import { BAR_STATES } from './bar.ts';
import { newBarColumns, OPTIONAL_COLUMNS, PRICE_COLUMNS, firstBars, type BarColumns } from './bar-columns.ts';

/** A row that is no bar: a field is missing, or is not what it should be. */
export interface RowFault {
  /** Place in the list of rows. */
  readonly index: number;
  /** UTC epoch ms, where the row's time can be read. */
  readonly openTime?: number;
  readonly message: string;
}

/** How a number among the times of rows is read: as epoch ms, or as what its magnitude tells. */
export const EPOCH_NUMBERS = ['ms', 'byMagnitude'] as const;
export type EpochNumbers = (typeof EPOCH_NUMBERS)[number];

export interface RowColumns {
  readonly columns: BarColumns;
  /** For each bar in `columns`, its place in the list of rows. */
  readonly rows: Uint32Array;
  readonly faults: readonly RowFault[];
}

/**
 * Rows as columns. A row is an object with `openTime` (text, a `Date` or an epoch number), `open`, `high`, `low`,
 * `close`, and if known `volume`, `trades`, `turnover`, `openInterest` and `state`; what is no such object is a fault, never an exception.
 * @param defaultState state code of a row that names none; without it each row must
 */
export function columnsOfRows(
  rows: readonly unknown[],
  defaultState?: number,
  epochNumbers: EpochNumbers = 'ms',
): RowColumns {
  const told = OPTIONAL_COLUMNS.filter((name) => rows.some((row) => isObject(row) && typeof row[name] === 'number'));
  const columns = newBarColumns(rows.length, told);
  const places = new Uint32Array(rows.length);
  const faults: RowFault[] = [];
  let filled = 0;
  for (const [index, row] of rows.entries()) {
    const openTime = isObject(row) ? timeOf(row.openTime, epochNumbers) : undefined;
    const message = readRow(row, openTime, columns, filled, defaultState);
    if (message === undefined) places[filled++] = index;
    else faults.push({ index, ...(typeof openTime === 'number' ? { openTime } : {}), message });
  }
  return { columns: firstBars(columns, filled), rows: places.subarray(0, filled), faults };
}

const MAY_BE_ABSENT = ['volume', ...OPTIONAL_COLUMNS] as const;

/** Fills bar `at`; answers what is wrong with the row, if anything. */
function readRow(
  row: unknown,
  openTime: number | string | undefined,
  columns: BarColumns,
  at: number,
  defaultState: number | undefined,
): string | undefined {
  if (!isObject(row)) return `A bar must be an object, not ${shown(row)}`;
  for (const name of PRICE_COLUMNS) {
    const price = row[name];
    if (typeof price !== 'number') return `${name} must be a number, not ${shown(price)}`;
    columns[name][at] = price;
  }

  for (const name of MAY_BE_ABSENT) {
    const value = row[name] ?? undefined; // JSON writes what is unknown as null
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value)))
      return `${name} must be a finite number or left out, not ${shown(value)}`;
    const column = columns[name];
    if (column !== undefined) column[at] = value ?? NaN;
  }

  const state = row.state === undefined ? defaultState : BAR_STATES.findIndex((name) => name === row.state);
  if (state === undefined || state <= 0) return `state must be provisional or final, not ${shown(row.state)}`;
  columns.state[at] = state;

  if (typeof openTime === 'string') return `openTime: ${openTime}`;
  if (openTime === undefined)
    return `openTime must be a time such as 2016-10-07T09:30:00Z or an epoch number, not ${shown(row.openTime)}`;
  columns.openTime[at] = openTime;
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** Epoch ms, or what is wrong with a number; `undefined` for all else that is no time. */
function timeOf(value: unknown, epochNumbers: EpochNumbers): number | string | undefined {
  const isTime = typeof value === 'number' || typeof value === 'string' || value instanceof Date;
  if (!isTime) return undefined;
  try {
    return epochNumbers === 'ms' || value instanceof Date ? epochMsOfInput(value) : epochMsOfWire(value);
  } catch (error) {
    if (typeof value === 'number' && error instanceof RangeError) return error.message;
    return undefined; // the caller names the field and shows the text
  }
}

const SHOWN_LENGTH = 60;

// No JSON of whole values: a BigInt or a cycle in them would throw, and a million rows of text are no message.
function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return value === null ? 'null' : 'an object';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') return `a ${typeof value}`;
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
