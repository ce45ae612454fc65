import type { EpochMs } from '../time/epoch-ms.ts';
import { BAR_STATES, type Bar } from './bar.ts';

/** What a bar may have beside its prices and its volume; a column of it is absent where no bar has any. */
export const OPTIONAL_COLUMNS = ['trades', 'turnover', 'openInterest'] as const;
export type OptionalColumn = (typeof OPTIONAL_COLUMNS)[number];

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
  /** turnover / volume, which is never stored; `NaN` where there is none. Absent where nobody asked. */
  readonly vwap?: Float64Array;
  /** When the value became known here, UTC epoch ms. Absent where nobody asked. */
  readonly observedAt?: Float64Array;
  /** Which of `providers` the value came from. Absent where nobody asked. */
  readonly provider?: Uint16Array;
  readonly providers?: readonly string[];
}

export const PRICE_COLUMNS = ['open', 'high', 'low', 'close'] as const;
const NUMBER_COLUMNS = ['openTime', ...PRICE_COLUMNS, 'volume'] as const;
const OPTIONAL_NUMBERS = [...OPTIONAL_COLUMNS, 'vwap', 'observedAt'] as const;
type OptionalNumber = (typeof OPTIONAL_NUMBERS)[number];
type OptionalNumbers = { readonly [Name in OptionalNumber]?: Float64Array };

/**
 * Columns of `length` bars, every value 0 (and so every state `open`), and `NaN` in the optional ones that are named.
 * @param numbers makes a column, whose values may be any where all are to be written
 */
export function newBarColumns(
  length: number,
  optional: readonly OptionalNumber[] = [],
  numbers = (count: number): Float64Array => new Float64Array(count),
): BarColumns {
  return {
    openTime: numbers(length),
    open: numbers(length),
    high: numbers(length),
    low: numbers(length),
    close: numbers(length),
    volume: numbers(length),
    state: new Uint8Array(length),
    ...optionalNumbers((name) => (optional.includes(name) ? numbers(length).fill(NaN) : undefined)),
  };
}

/** New columns of `length` bars with all that any of `others` has. */
export function newColumnsLike(others: readonly BarColumns[], length: number): BarColumns {
  const has = (name: keyof BarColumns): boolean => others.some((columns) => columns[name] !== undefined);
  const columns = newBarColumns(length, OPTIONAL_NUMBERS.filter(has));
  const providers = [...new Set(others.flatMap((other) => other.providers ?? []))];
  return {
    ...columns,
    ...(has('isPartial') ? { isPartial: new Uint8Array(length) } : {}),
    ...(has('provider') ? { provider: new Uint16Array(length), providers } : {}),
  };
}

/** A bar as whoever makes bars has it. */
export type PlainBar = Omit<Bar, 'openTime' | 'state'> & { readonly openTime: number };

/** Bars as columns in their order, all in one state. */
export function columnsOfBars(bars: readonly PlainBar[], state: number): BarColumns {
  const told = OPTIONAL_COLUMNS.filter((name) => bars.some((bar) => bar[name] !== undefined));
  const columns = newBarColumns(bars.length, told);
  columns.state.fill(state);
  for (const [i, bar] of bars.entries()) {
    for (const name of NUMBER_COLUMNS) columns[name][i] = bar[name] ?? NaN;
    for (const name of OPTIONAL_COLUMNS) {
      const column = columns[name];
      if (column !== undefined) column[i] = bar[name] ?? NaN;
    }
  }
  return columns;
}

/** Bars `[start, end)` as views of the same memory. */
export function sliceColumns(columns: BarColumns, start: number, end: number): BarColumns {
  return mapColumns(
    columns,
    (column) => column.subarray(start, end),
    (column) => column.subarray(start, end),
    (column) => column.subarray(start, end),
  );
}

/** To make views of fewer bars takes longer than to copy them. */
const FEW_BARS = 64;

/** The first bars: the same columns if these are all, else views of them, or copies of a few. */
export function firstBars(columns: BarColumns, count: number): BarColumns {
  if (count === columns.openTime.length) return columns;
  if (count > FEW_BARS) return sliceColumns(columns, 0, count);
  return mapColumns(
    columns,
    (column) => column.slice(0, count),
    (column) => column.slice(0, count),
    (column) => column.slice(0, count),
  );
}

/** Copies `source` into `target` from bar `offset` on: what `target` has columns for, which of the optional ones may be less. */
export function copyColumns(source: BarColumns, target: BarColumns, offset: number): void {
  const end = offset + source.openTime.length;
  for (const name of NUMBER_COLUMNS) target[name].set(source[name], offset);
  for (const name of OPTIONAL_NUMBERS) {
    const column = source[name];
    if (column === undefined) target[name]?.fill(NaN, offset, end);
    else target[name]?.set(column, offset);
  }
  target.state.set(source.state, offset);
  if (source.isPartial !== undefined) target.isPartial?.set(source.isPartial, offset);
  const { provider, providers } = source;
  if (provider === undefined || target.provider === undefined) return;
  const places = (providers ?? []).map((name) => target.providers?.indexOf(name) ?? 0);
  for (let i = 0; i < provider.length; i++) target.provider[offset + i] = places[provider[i]];
}

/** Copies one bar, as {@link copyColumns} does, of columns that have the same `providers`. */
export function copyBar(source: BarColumns, from: number, target: BarColumns, to: number): void {
  for (const name of NUMBER_COLUMNS) target[name][to] = source[name][from];
  for (const name of OPTIONAL_NUMBERS) {
    const column = target[name];
    if (column !== undefined) column[to] = source[name]?.[from] ?? NaN;
  }
  target.state[to] = source.state[from];
  if (source.isPartial !== undefined && target.isPartial !== undefined) target.isPartial[to] = source.isPartial[from];
  if (source.provider !== undefined && target.provider !== undefined) target.provider[to] = source.provider[from];
}

/** Puts what a bar lacks of what it need not have where another bar has it. */
export function fillOptional(source: BarColumns, from: number, target: BarColumns, to: number): void {
  for (const name of OPTIONAL_COLUMNS) {
    const column = target[name];
    if (column !== undefined && Number.isNaN(column[to])) column[to] = source[name]?.[from] ?? NaN;
  }
}

/** The bars at some places, in memory of their own. */
export function gatherBars(columns: BarColumns, places: readonly number[]): BarColumns {
  const gathered = newColumnsLike([columns], places.length);
  for (const [to, from] of places.entries()) copyBar(columns, from, gathered, to);
  return gathered;
}

/** Bars of all parts, in their order. A single part is answered as it is, not copied. */
export function concatColumns(parts: readonly BarColumns[]): BarColumns {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only !== undefined) return only;
  const count = parts.reduce((sum, { openTime }) => sum + openTime.length, 0);
  const all = newColumnsLike(parts, count);
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

/** One bar of columns as an object, without what it has not. */
export function barAt(columns: BarColumns, index: number): Bar {
  const volume = columns.volume[index];
  return {
    openTime: columns.openTime[index] as EpochMs,
    open: columns.open[index],
    high: columns.high[index],
    low: columns.low[index],
    close: columns.close[index],
    ...(Number.isNaN(volume) ? {} : { volume }),
    ...optionalValues((name) => columns[name]?.[index]),
    state: BAR_STATES[columns.state[index]],
    ...(columns.isPartial === undefined ? {} : { isPartial: columns.isPartial[index] === 1 }),
  };
}

/** What a bar has of what it need not have. */
export function toldOf(bar: OptionalValues): OptionalValues {
  return optionalValues((name) => bar[name]);
}

type OptionalValues = { readonly [Name in OptionalColumn]?: number };

function optionalValues(valueOf: (name: OptionalColumn) => number | undefined): OptionalValues {
  const values: { [Name in OptionalColumn]?: number } = {};
  for (const name of OPTIONAL_COLUMNS) {
    const value = valueOf(name);
    if (value !== undefined && !Number.isNaN(value)) values[name] = value;
  }
  return values;
}

/** Where the value of a bar came from, if columns tell. */
export function providerAt({ provider, providers }: BarColumns, index: number): string | undefined {
  return provider === undefined ? undefined : providers?.[provider[index]];
}

/** Columns as objects, for an edge that wants rows. */
export function barsOf(columns: BarColumns): Bar[] {
  return Array.from(columns.openTime, (_, index) => barAt(columns, index));
}

function mapColumns(
  columns: BarColumns,
  changeNumbers: (column: Float64Array) => Float64Array,
  changeCodes: (column: Uint8Array) => Uint8Array,
  changeIndexes: (column: Uint16Array) => Uint16Array,
): BarColumns {
  const { isPartial, provider, providers } = columns;
  return {
    openTime: changeNumbers(columns.openTime),
    open: changeNumbers(columns.open),
    high: changeNumbers(columns.high),
    low: changeNumbers(columns.low),
    close: changeNumbers(columns.close),
    volume: changeNumbers(columns.volume),
    state: changeCodes(columns.state),
    ...optionalNumbers((name) => columns[name] && changeNumbers(columns[name])),
    ...(isPartial === undefined ? {} : { isPartial: changeCodes(isPartial) }),
    ...(provider === undefined ? {} : { provider: changeIndexes(provider) }),
    ...(providers === undefined ? {} : { providers }),
  };
}

type OptionalOnly = { readonly [Name in OptionalColumn]?: Float64Array };

/** Of all columns those that a bar need not have and that are stored. */
export function optionalOf({ trades, turnover, openInterest }: OptionalOnly): OptionalOnly {
  const stored: BarNumbers = { trades, turnover, openInterest };
  return optionalNumbers((name) => stored[name]);
}

type BarNumbers = { readonly [Name in OptionalNumber]?: Float64Array | undefined };

function optionalNumbers(columnOf: (name: OptionalNumber) => Float64Array | undefined): OptionalNumbers {
  const columns: { [Name in OptionalNumber]?: Float64Array } = {};
  for (const name of OPTIONAL_NUMBERS) {
    const column = columnOf(name);
    if (column !== undefined) columns[name] = column;
  }
  return columns;
}
