import { openTimeOfStep, stepAt, type BarInterval } from '../interval/bar-interval.ts';
import { sumOf } from './decimal-sum.ts';
import { newBarColumns, sliceColumns, type BarColumns } from './bar-columns.ts';

/**
 * Adds ascending bars up to bars of a larger interval on the UTC grid: first open, highest high, lowest low, last
 * close, exact sum of volumes. The volume is unknown where one part's is; the state is the least certain of the parts'.
 * An interval without parts has no bar.
 */
export function aggregateBars(parts: BarColumns, interval: BarInterval): BarColumns {
  const count = parts.openTime.length;
  const bars = newBarColumns(mostBars(parts.openTime, interval));
  let filled = 0;
  for (let start = 0; start < count; filled++) {
    const step = stepAt(parts.openTime[start], interval);
    bars.openTime[filled] = openTimeOfStep(step, interval);
    start = addUpTo(openTimeOfStep(step + 1, interval), parts, start, bars, filled);
  }
  return sliceColumns(bars, 0, filled);
}

/**
 * Adds up the parts from index `start` that open before `closeTime`, the first of them in any case, into all columns of
 * bar `place` but its openTime. Returns the index of the next part.
 */
export function addUpTo(closeTime: number, parts: BarColumns, start: number, bars: BarColumns, place: number): number {
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
  return end;
}

/** No more bars than parts, nor than intervals from the first part to the last. */
function mostBars(openTime: Float64Array, interval: BarInterval): number {
  const count = openTime.length;
  if (count === 0) return 0;
  return Math.min(count, stepAt(openTime[count - 1], interval) - stepAt(openTime[0], interval) + 1);
}
