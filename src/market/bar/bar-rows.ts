import { epochMsOfIso } from '../time/epoch-ms.ts';
import { BAR_STATES, FINAL } from './bar.ts';
import { newBarColumns, PRICE_COLUMNS, sliceColumns, type BarColumns } from './bar-columns.ts';

/** A row that is no bar: a field is missing, or is not what it should be. */
export interface RowFault {
  /** Place in the list of rows. */
  readonly index: number;
  readonly message: string;
}

export interface RowColumns {
  readonly columns: BarColumns;
  /** For each bar in `columns`, its place in the list of rows. */
  readonly rows: Uint32Array;
  readonly faults: readonly RowFault[];
}

/**
 * Rows as columns. A row is an object with `openTime` (ISO 8601 text, a `Date` or epoch ms), `open`, `high`, `low`,
 * `close`, and if known `volume` and `state`; what is no such object is a fault, never an exception.
 * @param defaultState state code of a row that names none
 */
export function columnsOfRows(rows: readonly unknown[], defaultState: number = FINAL): RowColumns {
  const columns = newBarColumns(rows.length);
  const places = new Uint32Array(rows.length);
  const faults: RowFault[] = [];
  let filled = 0;
  for (const [index, row] of rows.entries()) {
    const message = readRow(row, columns, filled, defaultState);
    if (message === undefined) places[filled++] = index;
    else faults.push({ index, message });
  }
  return { columns: sliceColumns(columns, 0, filled), rows: places.subarray(0, filled), faults };
}

/** Fills bar `at`; answers what is wrong with the row, if anything. */
function readRow(row: unknown, columns: BarColumns, at: number, defaultState: number): string | undefined {
  if (typeof row !== 'object' || row === null) return `A bar must be an object, not ${JSON.stringify(row)}`;
  const fields = row as Record<string, unknown>;
  for (const name of PRICE_COLUMNS) {
    const price = fields[name];
    if (typeof price !== 'number') return `${name} must be a number, not ${shown(price)}`;
    columns[name][at] = price;
  }
  const volume = fields['volume'] ?? undefined;
  if (volume !== undefined && (typeof volume !== 'number' || !Number.isFinite(volume)))
    return `volume must be a finite number or left out, not ${shown(volume)}`;
  columns.volume[at] = volume ?? NaN;
  const state = fields['state'] === undefined ? defaultState : BAR_STATES.findIndex((name) => name === fields['state']);
  if (state <= 0) return `state must be provisional or final, not ${shown(fields['state'])}`;
  columns.state[at] = state;
  const openTime = readTime(fields['openTime']);
  if (openTime === undefined) return `openTime must be a time such as 2016-10-07T09:30:00Z or epoch ms, not ${shown(fields['openTime'])}`;
  columns.openTime[at] = openTime;
  return undefined;
}

function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return undefined;
  try {
    return epochMsOfIso(value);
  } catch {
    return undefined; // the caller names the field and shows the text
  }
}

const SHOWN_LENGTH = 60;

function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'missing');
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
}
