import type { EpochMs } from '../time/epoch-ms.ts';
import { BAR_STATES, type Bar } from './bar.ts';

/** Bars as columns of equal length, ascending by openTime unless an answer was asked in descending order. */
export interface BarColumns {
  /** UTC epoch ms. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** `NaN` where the provider does not say. */
  readonly volume: Float64Array;
  /** How many trades; `NaN` where the provider does not say, as in the two that follow. */
  readonly trades?: Float64Array;
  /** What was paid for the volume, in the quote currency. */
  readonly turnover?: Float64Array;
  /** Contracts open at the end of the bar. */
  readonly openInterest?: Float64Array;
  /** Index into `BAR_STATES`. */
  readonly state: Uint8Array;
  /** 1 where a part of the bar is missing. Absent where bars are as they were stored, which are whole. */
  readonly isPartial?: Uint8Array;
}

export const PRICE_COLUMNS = ['open', 'high', 'low', 'close'] as const;
const NUMBER_COLUMNS = ['openTime', ...PRICE_COLUMNS, 'volume'] as const;

/** Columns of `length` bars, every value 0 (and so every state `open`). */
export function newBarColumns(length: number): BarColumns {
  return {
    openTime: new Float64Array(length),
    open: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
    state: new Uint8Array(length),
  };
}

/** Bars `[start, end)` as views of the same memory. */
export function sliceColumns(columns: BarColumns, start: number, end: number): BarColumns {
  return mapColumns(
    columns,
    (column) => column.subarray(start, end),
    (column) => column.subarray(start, end),
  );
}

/** Copies `source` into `target` from bar `offset` on. */
export function copyColumns(source: BarColumns, target: BarColumns, offset: number): void {
  for (const name of NUMBER_COLUMNS) target[name].set(source[name], offset);
  target.state.set(source.state, offset);
  if (source.isPartial !== undefined) target.isPartial?.set(source.isPartial, offset);
}

/** Copies one bar. */
export function copyBar(source: BarColumns, from: number, target: BarColumns, to: number): void {
  for (const name of NUMBER_COLUMNS) target[name][to] = source[name][from];
  target.state[to] = source.state[from];
  if (source.isPartial !== undefined && target.isPartial !== undefined) target.isPartial[to] = source.isPartial[from];
}

/** The bars at some places, in memory of their own. */
export function gatherBars(columns: BarColumns, places: readonly number[]): BarColumns {
  const gathered = newBarColumns(places.length);
  for (const [to, from] of places.entries()) copyBar(columns, from, gathered, to);
  return gathered;
}

/** Bars of all parts, in their order. A single part is answered as it is, not copied. */
export function concatColumns(parts: readonly BarColumns[]): BarColumns {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined) return only;
  const count = parts.reduce((sum, { openTime }) => sum + openTime.length, 0);
  const all = parts.some(({ isPartial }) => isPartial !== undefined)
    ? withPartial(newBarColumns(count))
    : newBarColumns(count);
  let offset = 0;
  for (const part of parts) {
    copyColumns(part, all, offset);
    offset += part.openTime.length;
  }
  return all;
}

/** The same bars, of which none is known to be partial yet. */
export function withPartial(columns: BarColumns): BarColumns & { readonly isPartial: Uint8Array } {
  return { ...columns, isPartial: new Uint8Array(columns.openTime.length) };
}

/** The same bars, last first, in memory of their own. */
export function reverseColumns(columns: BarColumns): BarColumns {
  return mapColumns(
    columns,
    (column) => column.slice().reverse(),
    (column) => column.slice().reverse(),
  );
}

/** Index of the first bar whose openTime is not before `time`, in ascending columns. */
export function firstIndexFrom(openTime: Float64Array, time: number): number {
  let low = 0;
  let high = openTime.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (openTime[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One bar of columns as an object. */
export function barAt(columns: BarColumns, index: number): Bar {
  const volume = columns.volume[index];
  return {
    openTime: columns.openTime[index] as EpochMs,
    open: columns.open[index],
    high: columns.high[index],
    low: columns.low[index],
    close: columns.close[index],
    ...(Number.isNaN(volume) ? {} : { volume }),
    state: BAR_STATES[columns.state[index]],
    ...(columns.isPartial === undefined ? {} : { isPartial: columns.isPartial[index] === 1 }),
  };
}

/** Columns as objects, for an edge that wants rows. */
export function barsOf(columns: BarColumns): Bar[] {
  return Array.from(columns.openTime, (_, index) => barAt(columns, index));
}

function mapColumns(
  columns: BarColumns,
  changeNumbers: (column: Float64Array) => Float64Array,
  changeState: (column: Uint8Array) => Uint8Array,
): BarColumns {
  const { isPartial } = columns;
  return {
    openTime: changeNumbers(columns.openTime),
    open: changeNumbers(columns.open),
    high: changeNumbers(columns.high),
    low: changeNumbers(columns.low),
    close: changeNumbers(columns.close),
    volume: changeNumbers(columns.volume),
    state: changeState(columns.state),
    ...(isPartial === undefined ? {} : { isPartial: changeState(isPartial) }),
  };
}
