import { aggregateBars } from '../bar/aggregate-bars.ts';
import type { BarColumns } from '../bar/bar-columns.ts';
import type { Alignment } from '../interval/alignment.ts';
import {
  closeTimeOf,
  countOpenTimes,
  firstOpenTimeFrom,
  fixedStepMs,
  openTimeAt,
  type BarInterval,
} from '../interval/bar-interval.ts';
import type { Span } from '../time/span.ts';

/** A bar's name and the time whose trading it holds: the same below a day, a label from a day up. */
export interface BarPlace extends Span {
  readonly openTime: number;
}

/**
 * Where the bars of one interval lie, UTC epoch ms: for stored bars and for those that are made live. No two share time,
 * and later ones have later openTimes.
 */
export interface BarGrid {
  readonly align: Alignment;
  /** The first openTime that is not before a moment. */
  firstOpenTimeFrom(time: number): number;
  /** Exclusive end of a bar, counted as its openTime is: no other bar opens before it. */
  closeTimeOf(openTime: number): number;
  /** How many bars open in `[from, to)`, a part of one expected run. */
  countOpenTimes(from: number, to: number): number;
  /** The first bar whose time ends after a moment: the one that holds it, or else the next. */
  barEndingAfter(time: number): BarPlace;
  /**
   * The bar that holds what is traded at a moment, with a span around that moment which is all in this bar; `undefined`
   * where none does. Cheap for moments that follow each other.
   */
  placeAt(time: number): BarPlace | undefined;
  /** Where the time begins that bars with this openTime or a later one hold. */
  heldFrom(openTime: number): number;
  /** The time whose trading the bar with this openTime holds. */
  spanOf(openTime: number): Span;
  /** Adds ascending smaller bars up to bars of the grid. */
  aggregate(parts: BarColumns): BarColumns;
}

/** openTime of the bar that runs at a moment, or the moment where none does: all bars that open before it are over. */
export function overBefore(grid: BarGrid, time: number): number {
  return Math.min(time, grid.barEndingAfter(time).openTime);
}

const clockGrids = new Map<BarInterval, BarGrid>();

/** The UTC grid, on which bars are stored; one of an interval for all, as every live instrument holds several. */
export function clockGrid(interval: BarInterval): BarGrid {
  const grid = clockGrids.get(interval) ?? newClockGrid(interval);
  clockGrids.set(interval, grid);
  return grid;
}

function newClockGrid(interval: BarInterval): BarGrid {
  const stepMs = fixedStepMs(interval);
  const closeTime =
    stepMs === undefined ? (time: number) => closeTimeOf(time, interval) : (time: number) => time + stepMs;
  const firstFrom = (time: number) => firstOpenTimeFrom(time, interval);
  const barAt = (time: number): BarPlace => {
    const openTime = openTimeAt(time, interval);
    return { openTime, from: openTime, to: closeTime(openTime) };
  };
  return {
    align: 'clock',
    firstOpenTimeFrom: firstFrom,
    closeTimeOf: closeTime,
    countOpenTimes: (from, to) => countOpenTimes(from, to, interval),
    barEndingAfter: barAt,
    placeAt: barAt,
    heldFrom: firstFrom,
    spanOf: (openTime) => ({ from: openTime, to: closeTime(openTime) }),
    aggregate: (parts) => aggregateBars(parts, interval),
  };
}
