import {
  clockGrid,
  columnsOfBars,
  epochMs,
  firstIndexFrom,
  intersect,
  OPEN,
  OPTIONAL_COLUMNS,
  overBefore,
  partsOutside,
  sliceColumns,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type Span,
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
  readonly trades?: number;
  readonly turnover?: number;
  readonly openInterest?: number;
  /** The row shows that something traded, but is not the bar of its interval. */
  readonly isDoubtful?: boolean;
}

/** The intervals of a range that are over at `moment`; `undefined` if none is. */
export function closedPart(
  range: TimeRange,
  interval: BarInterval,
  moment: number,
  grid = clockGrid(interval),
): TimeRange | undefined {
  return intersect(range, { from: range.from, to: epochMs(overBefore(grid, moment)) });
}

/**
 * A vendor's rows as pages: ascending, none outside of what is covered, a row that repeats another one's values left out.
 * Rows of different values for one openTime all stay: nothing says which is right, unless the mapper knows and has chosen.
 *
 * A row off the grid, or doubtful, is left out, and the intervals that it touches and that have no bar of their own are
 * not claimed: they had trades, only no bar that could be kept. There the page is split.
 *
 * @param covered what the answer proves, ascending and disjoint where it is in parts
 */
export function barPages(
  rows: readonly VendorBar[],
  covered: TimeRange | readonly TimeRange[],
  interval: BarInterval,
  grid = clockGrid(interval),
): BarsPage[] {
  const sound: VendorBar[] = [];
  const touched = new Set<number>();
  for (const row of rows) {
    if (row.isDoubtful !== true && grid.firstOpenTimeFrom(row.openTime) === row.openTime) sound.push(row);
    else for (const openTime of touchedBy(row, grid)) touched.add(openTime);
  }
  for (const { openTime } of touched.size > 0 ? sound : []) touched.delete(openTime);
  const unclaimed = [...touched].sort((a, b) => a - b);
  const holes = unclaimed.map((openTime) => ({ from: openTime, to: grid.closeTimeOf(openTime) }));
  const parts = 'from' in covered ? [covered] : covered;
  const columns = barColumnsOf(sound);
  return parts.flatMap((part) => partsOutside(part, holes)).map((part) => pageOf(columns, part));
}

/** A row off the grid is as long as an interval and so reaches into the next one. */
function touchedBy({ openTime }: VendorBar, grid: BarGrid): readonly number[] {
  const first = grid.barEndingAfter(openTime);
  if (first.from > openTime) return []; // nothing trades then
  return first.openTime === openTime ? [openTime] : [first.openTime, grid.firstOpenTimeFrom(first.to)];
}

/** Rows as columns, ascending; of rows with the same values one. Those with different ones stay in the order they came in. */
export function barColumnsOf(rows: readonly VendorBar[]): BarColumns {
  const told: VendorBar[] = [];
  for (const row of rows.toSorted((a, b) => a.openTime - b.openTime)) if (!isRepeat(row, told)) told.push(row);
  return columnsOfBars(told, OPEN); // whether they are final is not for the vendor to say
}

const VALUES = ['openTime', 'open', 'high', 'low', 'close', 'volume', ...OPTIONAL_COLUMNS] as const;

function isRepeat(row: VendorBar, told: readonly VendorBar[]): boolean {
  for (let i = told.length - 1; i >= 0 && told[i].openTime === row.openTime; i--)
    if (VALUES.every((name) => Object.is(told[i][name], row[name]))) return true;
  return false;
}

/** The columns of bars, ascending, as far as they lie in a span that is covered. */
export function pageOf(columns: BarColumns, { from, to }: Span): BarsPage {
  const { openTime } = columns;
  return {
    columns: sliceColumns(columns, firstIndexFrom(openTime, from), firstIndexFrom(openTime, to)),
    covered: { from: epochMs(from), to: epochMs(to) },
  };
}
