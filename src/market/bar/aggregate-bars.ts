import { openTimeOfStep, stepAt, type BarInterval } from '../interval/bar-interval.ts';
import { sumOf } from './decimal-sum.ts';
import { newColumnsLike, sliceColumns, type BarColumns } from './bar-columns.ts';

/**
 * Adds ascending bars up to bars of a larger interval on the UTC grid: first open, highest high, lowest low, last
 * close, exact sums of volumes, trades and turnovers, the open interest of the last part. A sum is unknown where one
 * part's value is; the state is the least certain of the parts', `observedAt` the newest. Of several providers the
 * name is all of theirs: `binance+csv`. An interval without parts has no bar.
 */
export function aggregateBars(parts: BarColumns, interval: BarInterval): BarColumns {
  const count = parts.openTime.length;
  const bars = newSums(parts, mostBars(parts.openTime, interval));
  let filled = 0;
  for (let start = 0; start < count; filled++) {
    const step = stepAt(parts.openTime[start], interval);
    bars.openTime[filled] = openTimeOfStep(step, interval);
    start = addUpTo(openTimeOfStep(step + 1, interval), parts, start, bars, filled);
  }
  return sliceColumns(bars, 0, filled);
}

/** All parts as one bar that opens as the first does; there must be one. */
export function addAll(parts: BarColumns): BarColumns {
  const bar = newSums(parts, 1);
  bar.openTime[0] = parts.openTime[0];
  addUpTo(Infinity, parts, 0, bar, 0);
  return bar;
}

/** Columns that bars are added up into. */
export interface SumColumns extends BarColumns {
  /** A name is added where a bar has parts of several. */
  readonly providers?: string[];
}

/** Columns of `count` bars with all that the parts have to add up. */
export function newSums(parts: BarColumns, count: number): SumColumns {
  const { providers, isPartial: _, ...bars } = newColumnsLike([parts], count);
  return providers === undefined ? bars : { ...bars, providers: [...providers] };
}

/**
 * Adds up the parts from index `start` that open before `closeTime`, the first of them in any case, into all columns of
 * bar `place` but its openTime. Returns the index of the next part.
 */
export function addUpTo(closeTime: number, parts: BarColumns, start: number, bars: SumColumns, place: number): number {
  const count = parts.openTime.length;
  let high = parts.high[start];
  let low = parts.low[start];
  let state = parts.state[start];
  let end = start + 1;
  for (; end < count && parts.openTime[end] < closeTime; end++) {
    if (parts.high[end] > high) high = parts.high[end];
    if (parts.low[end] < low) low = parts.low[end];
    if (parts.state[end] < state) state = parts.state[end];
  }
  bars.open[place] = parts.open[start];
  bars.high[place] = high;
  bars.low[place] = low;
  bars.close[place] = parts.close[end - 1];
  bars.volume[place] = sumOf(parts.volume, start, end);
  bars.state[place] = state;
  addOptional(parts, start, end, bars, place);
  return end;
}

function addOptional(parts: BarColumns, start: number, end: number, bars: SumColumns, place: number): void {
  for (const name of ['trades', 'turnover'] as const)
    if (parts[name] !== undefined && bars[name] !== undefined) bars[name][place] = sumOf(parts[name], start, end);
  if (parts.openInterest !== undefined && bars.openInterest !== undefined)
    bars.openInterest[place] = parts.openInterest[end - 1];
  if (parts.observedAt !== undefined && bars.observedAt !== undefined)
    bars.observedAt[place] = parts.observedAt.subarray(start, end).reduce((newest, time) => Math.max(newest, time));
  if (bars.provider !== undefined && bars.providers !== undefined)
    bars.provider[place] = placeOf(providerNameOf(parts, start, end), bars.providers);
}

const BETWEEN_PROVIDERS = '+';

function providerNameOf({ provider, providers = [] }: BarColumns, start: number, end: number): string {
  const used = [...new Set(provider?.subarray(start, end))].map((index) => providers[index]);
  // Parts may be sums themselves.
  return used.length === 1
    ? used[0]
    : [...new Set(used.flatMap((name) => name.split(BETWEEN_PROVIDERS)))].sort().join(BETWEEN_PROVIDERS);
}

function placeOf(name: string, names: string[]): number {
  const known = names.indexOf(name);
  return known >= 0 ? known : names.push(name) - 1;
}

/** No more bars than parts, nor than intervals from the first part to the last. */
function mostBars(openTime: Float64Array, interval: BarInterval): number {
  const count = openTime.length;
  if (count === 0) return 0;
  return Math.min(count, stepAt(openTime[count - 1], interval) - stepAt(openTime[0], interval) + 1);
}
