import { lengthMs, type Interval } from '../intervals.ts';
import type { LogicalRange } from './chart-canvas.ts';
import { logicalAtTime, type Row } from './rows.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A span of whole bars of an interval. */
export interface ShownSpan extends Span {
  readonly interval: Interval;
}

/** What to have in sight at first: a span of time, the surroundings of a moment, or the newest bars. */
export type FirstSight = Span | SomeBars;
type SomeBars = { readonly at: number } | 'newest';

const FIRST_BARS = 160;
const LEAST_BARS = 5;
const ROOM_BARS = 4;
/** Of the time that is stored. */
const WIDEST_OF_STORED = 1.5;
/** Of a screen. */
const KEPT_IN_SIGHT = 0.25;

/** Whether a number of bars is to be in sight, however long they take. */
export const isOfBars = (wanted: FirstSight | undefined): wanted is SomeBars =>
  wanted !== undefined && (wanted === 'newest' || 'at' in wanted);

/** The time in which the first bars are to be looked for. */
export function firstSpan(wanted: FirstSight, chosen: Interval, isOpenAlways: boolean, newest: number): Span {
  if (!isOfBars(wanted)) return wanted;
  // Where a market closes it takes more time to find as many bars.
  const length = FIRST_BARS * lengthMs(chosen) * (isOpenAlways ? 1 : 6);
  if (wanted === 'newest') return { from: newest - length, to: newest };
  return { from: wanted.at - length / 2, to: wanted.at + length / 2 };
}

/** The rows to have in sight at first; `last` is the one of the newest bar. */
export function firstRange(
  wanted: SomeBars,
  rows: readonly Row[],
  interval: Interval,
  last: number,
  widthPx: number,
): LogicalRange {
  const bars = Math.min(FIRST_BARS, Math.max(40, Math.floor(widthPx / 6)));
  if (wanted === 'newest') return { from: last - bars, to: last + ROOM_BARS };
  const middle = logicalAtTime(rows, wanted.at, interval);
  return { from: middle - bars / 2, to: middle + bars / 2 };
}

/** By how much a view may still grow: what is stored fills most of the widest one. */
export function widestFactor(inSight: Span, stored: Span, chosen: Interval): number {
  const widest = Math.max((stored.to - stored.from) * WIDEST_OF_STORED, FIRST_BARS * lengthMs(chosen));
  return Math.max(1, widest / (inSight.to - inSight.from));
}

/** A range that shows more by a factor above 1, less by one below, around the middle or a place of the axis. */
export function zoomed(range: LogicalRange, factor: number, mostRows: number, around?: number): LogicalRange {
  const middle = around ?? (range.from + range.to) / 2;
  const wide = range.to - range.from;
  const held = Math.min(Math.max(factor, LEAST_BARS / wide), mostRows / wide);
  return { from: middle + (range.from - middle) * held, to: middle + (range.to - middle) * held };
}

/** The range, moved so that some of the rows that are there stay in sight. */
export function keptWithin({ from, to }: LogicalRange, rows: number): LogicalRange {
  const kept = Math.min(rows, Math.max(1, (to - from) * KEPT_IN_SIGHT));
  const by = to < kept ? kept - to : from > rows - 1 - kept ? rows - 1 - kept - from : 0;
  return { from: from + by, to: to + by };
}

/** The span with so many screens more at both of its sides. */
export function aroundOf({ from, to }: Span, screens: number): Span {
  const by = (to - from) * screens;
  return { from: from - by, to: to + by };
}
