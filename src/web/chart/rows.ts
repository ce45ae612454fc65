import { closeOf, DAY_MS, lengthMs, type Interval } from '../intervals.ts';

export type BarState = 'open' | 'provisional' | 'final';

export interface ShownBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number | null;
  readonly state: BarState;
  /** Absent where bars are shown as they are stored: these are whole. */
  readonly isPartial?: boolean;
}

export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Bars that are missing; 0 where only parts of a bar are. */
  readonly bars: number;
  /** Stored bars that derived bars lack. */
  readonly parts?: number;
  readonly reason: string;
}

/** A place on the axis: a bar, or the time of one that is missing. */
export interface Row {
  readonly openTime: number;
  readonly bar?: ShownBar;
}

/** What an answer in columns says of bars. */
export interface BarColumns {
  readonly openTime: readonly number[];
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
  readonly volume: readonly (number | null)[];
  readonly state: readonly number[];
  readonly isPartial?: readonly number[] | undefined;
}

export function barsOf(columns: BarColumns, states: readonly string[]): ShownBar[] {
  const { open, high, low, close, volume, state, isPartial } = columns;
  return columns.openTime.map((openTime, index) => ({
    openTime,
    open: open[index],
    high: high[index],
    low: low[index],
    close: close[index],
    volume: volume[index] ?? null,
    state: states[state[index]] as BarState,
    ...(isPartial === undefined ? {} : { isPartial: isPartial[index] === 1 }),
  }));
}

/** Reasons for which no bar is expected to come, so that the axis leaves no room for one. */
const NO_PLACE = new Set(['notYet', 'beforeListing', 'afterDelisting']);

/** Bars and the places of missing ones, in order of time. */
export function rowsOf(bars: readonly ShownBar[], gaps: readonly Gap[], interval: Interval): Row[] {
  const places = gaps
    .filter(({ bars: count, reason }) => count > 0 && !NO_PLACE.has(reason))
    .flatMap((gap) => placesIn(gap, interval));
  const rows: Row[] = [];
  let next = 0;
  for (const bar of bars) {
    for (; next < places.length && places[next] <= bar.openTime; next++)
      if (places[next] < bar.openTime) rows.push({ openTime: places[next] });
    rows.push({ openTime: bar.openTime, bar });
  }
  for (; next < places.length; next++) rows.push({ openTime: places[next] });
  return rows;
}

/**
 * When the missing bars of a gap would open. A gap that goes on over closing times says how many bars are missing, but
 * not which: they are placed on working days, else evenly.
 */
export function placesIn({ from, to, bars }: Gap, interval: Interval): number[] {
  const slots: number[] = [];
  if ((to - from) / lengthMs(interval) <= 2 * bars + 7)
    for (let time = from; time < to; time = closeOf(time, interval)) slots.push(time);
  if (slots.length === bars) return slots;
  const working = slots.filter((time) => interval !== '1d' || isWorkingDay(time));
  if (working.length === bars) return working;
  const step = lengthMs(interval);
  return Array.from({ length: bars }, (_, index) => from + Math.floor(((index / bars) * (to - from)) / step) * step);
}

function isWorkingDay(time: number): boolean {
  const day = Math.floor(time / DAY_MS) % 7; // 1970-01-01 was a Thursday
  return day !== 2 && day !== 3;
}

/** The moment at a place of the axis, which has one unit for each row; beyond the rows time goes on. */
export function timeAtLogical(rows: readonly Row[], logical: number, interval: Interval): number {
  if (rows.length === 0) return logical * lengthMs(interval);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (logical <= 0) return first.openTime + logical * lengthMs(interval);
  if (logical >= rows.length - 1) return last.openTime + (logical - rows.length + 1) * lengthMs(interval);
  const index = Math.floor(logical);
  const here = rows[index].openTime;
  return here + (logical - index) * (rows[index + 1].openTime - here);
}

/** The place of a moment on the axis; undoes `timeAtLogical`. */
export function logicalAtTime(rows: readonly Row[], time: number, interval: Interval): number {
  if (rows.length === 0) return time / lengthMs(interval);
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (time <= first.openTime) return (time - first.openTime) / lengthMs(interval);
  if (time >= last.openTime) return rows.length - 1 + (time - last.openTime) / lengthMs(interval);
  const index = indexAtTime(rows, time);
  const here = rows[index].openTime;
  return index + (time - here) / (rows[index + 1].openTime - here);
}

/** The last row that opens at or before a moment; -1 where none does. */
export function indexAtTime(rows: readonly Row[], time: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].openTime <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
