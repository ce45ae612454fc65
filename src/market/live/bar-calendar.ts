import { closeTimeOf, DAY_MS, fixedStepMs, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import type { Alignment, BarPlace } from '../session/bar-grid.ts';
import { boundaryStepMs } from '../session/boundary-step.ts';
import type { SessionSchedule, TrackedSessions } from '../session/session-schedule.ts';
import type { Span } from '../time/span.ts';
import { TradingStretches } from './trading-stretches.ts';

/** Where the bars of one interval lie, for moments as they come. */
export interface LiveGrid {
  /** The bar at a moment, and a span around it of which every moment lies in that bar; `undefined` while no tracked session runs. */
  placeAt(time: number): BarPlace | undefined;
  /** From its first moment to its last, of the bar with this openTime. */
  spanOf(openTime: number): Span;
}

/** The bars of one instrument, of every interval. */
export interface BarCalendar {
  gridOf(interval: BarInterval): LiveGrid;
  /** Whether bars of `larger` are made of whole bars of `smaller`. */
  feeds(smaller: BarInterval, larger: BarInterval): boolean;
}

/** @param schedule `undefined`: trading days are UTC days */
export function barCalendar(
  schedule: SessionSchedule | undefined,
  tracked: TrackedSessions,
  align: Alignment,
): BarCalendar {
  if (schedule === undefined || schedule.neverCloses)
    return { gridOf: utcGrid, feeds: (smaller, larger) => nests(smaller, larger, DAY_MS) };
  const stretches = new TradingStretches(schedule, tracked);
  const boundaryMs = align === 'session' ? DAY_MS : boundaryStepMs(schedule, tracked);
  return {
    gridOf(interval) {
      if (isBelowDay(interval)) return align === 'clock' ? utcGrid(interval) : sessionGrid(interval, stretches);
      return tradingDayGrid(interval, stretches);
    },
    feeds: (smaller, larger) => nests(smaller, larger, boundaryMs),
  };
}

function utcGrid(interval: BarInterval): LiveGrid {
  const spanOf = (openTime: number): Span => ({ from: openTime, to: closeTimeOf(openTime, interval) });
  return {
    placeAt(time) {
      const openTime = openTimeAt(time, interval);
      return { openTime, ...spanOf(openTime) };
    },
    spanOf,
  };
}

function sessionGrid(interval: BarInterval, stretches: TradingStretches): LiveGrid {
  const stepMs = fixedStepMs(interval) ?? DAY_MS;
  const placeAt = (time: number): BarPlace | undefined => {
    const stretch = stretches.at(time);
    if (stretch === undefined) return undefined;
    const from = stretch.from + Math.floor((time - stretch.from) / stepMs) * stepMs;
    return { openTime: from, from, to: Math.min(from + stepMs, stretch.to) };
  };
  return { placeAt, spanOf: (openTime) => placeAt(openTime) ?? { from: openTime, to: openTime + stepMs } };
}

function tradingDayGrid(interval: BarInterval, stretches: TradingStretches): LiveGrid {
  return {
    placeAt(time) {
      const stretch = stretches.at(time);
      return stretch && { openTime: openTimeAt(stretch.day, interval), from: stretch.from, to: stretch.to };
    },
    spanOf: (openTime) =>
      stretches.spanOf(openTime, interval) ?? { from: openTime, to: closeTimeOf(openTime, interval) },
  };
}

function isBelowDay(interval: BarInterval): boolean {
  return (fixedStepMs(interval) ?? Infinity) < DAY_MS;
}

/** @param boundaryMs every trading day begins, pauses and ends on a multiple of it */
function nests(smaller: BarInterval, larger: BarInterval, boundaryMs: number): boolean {
  const small = fixedStepMs(smaller) ?? Infinity;
  const large = fixedStepMs(larger) ?? Infinity;
  if (small >= large || small > DAY_MS) return false; // weeks do not divide months
  if (small === DAY_MS) return true;
  return large < DAY_MS ? large % small === 0 : boundaryMs % small === 0;
}
