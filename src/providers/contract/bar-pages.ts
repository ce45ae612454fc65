import {
  closeTimeOf,
  epochMs,
  intersect,
  isAligned,
  newBarColumns,
  openTimeAt,
  type BarInterval,
  type TimeRange,
} from '../../market/index.ts';
import type { BarsPage } from './market-data-provider.ts';

/** A bar as a mapper makes it of a vendor's row. */
export interface VendorBar {
  /** UTC epoch ms. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** `NaN` where the vendor does not say. */
  readonly volume: number;
  /** The row shows that something traded, but is not the bar of its interval. */
  readonly isDoubtful?: boolean;
}

/** The intervals of a range that are over at `moment`; `undefined` if none is. */
export function closedPart(range: TimeRange, interval: BarInterval, moment: number): TimeRange | undefined {
  return intersect(range, { from: range.from, to: openTimeAt(moment, interval) });
}

/**
 * A vendor's rows as pages: ascending, each openTime once (of a repeated one the later row wins), none outside
 * `covered`. A row off the grid, or doubtful, is left out, and the intervals that it touches and that have no bar of
 * their own are not claimed: they had trades, only no bar that could be kept. There the page is split.
 */
export function barPages(rows: readonly VendorBar[], covered: TimeRange, interval: BarInterval): BarsPage[] {
  const bars = new Map<number, VendorBar>();
  const touched = new Set<number>();
  for (const row of rows) {
    if (row.isDoubtful !== true && isAligned(row.openTime, interval)) bars.set(row.openTime, row);
    else for (const openTime of touchedBy(row, interval)) touched.add(openTime);
  }
  const times = [...bars.keys()].sort((a, b) => a - b);
  const unclaimed = [...touched].filter((openTime) => !bars.has(openTime)).sort((a, b) => a - b);

  const pages: BarsPage[] = [];
  let from: number = covered.from;
  const add = (to: number): void => {
    if (to > from) pages.push({ columns: columnsOf(times, bars, from, to), covered: rangeOf(from, to) });
  };
  for (const openTime of unclaimed) {
    if (openTime < from || openTime >= covered.to) continue;
    add(openTime);
    from = closeTimeOf(openTime, interval);
  }
  add(covered.to);
  return pages;
}

/** A row off the grid is as long as an interval and so reaches into the next one. */
function touchedBy({ openTime }: VendorBar, interval: BarInterval): readonly number[] {
  const first = openTimeAt(openTime, interval);
  return first === openTime ? [first] : [first, closeTimeOf(first, interval)];
}

function columnsOf(times: readonly number[], bars: ReadonlyMap<number, VendorBar>, from: number, to: number) {
  const inside = times.filter((openTime) => openTime >= from && openTime < to);
  const columns = newBarColumns(inside.length);
  for (const [index, openTime] of inside.entries()) {
    const bar = bars.get(openTime);
    if (bar === undefined) continue;
    columns.openTime[index] = openTime;
    columns.open[index] = bar.open;
    columns.high[index] = bar.high;
    columns.low[index] = bar.low;
    columns.close[index] = bar.close;
    columns.volume[index] = bar.volume;
  }
  return columns;
}

function rangeOf(from: number, to: number): TimeRange {
  return { from: epochMs(from), to: epochMs(to) };
}
