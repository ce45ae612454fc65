import { closeTimeOf, DAY_MS, fixedStepMs, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import type { SessionSchedule, TrackedSessions } from '../session/session-schedule.ts';
import type { Span } from '../time/span.ts';
import { TradingStretches } from './trading-stretches.ts';

/** Where bars of less than a day begin: on the UTC grid, or counted from each opening of the tracked sessions. */
export type BarAlignment = 'clock' | 'session';

/** The bar at a moment, and a span around it of which every moment lies in that bar. */
export interface BarPlace extends Span {
  readonly openTime: number;
}

/** Where the bars of one interval lie. */
export interface BarGrid {
  /** `undefined` for a moment that belongs to no bar, as no tracked session runs. */
  placeAt(time: number): BarPlace | undefined;
  /** From its first moment to its last, of the bar with this openTime. */
  spanOf(openTime: number): Span;
}

/** The bars of one instrument, of every interval. */
export interface BarCalendar {
  gridOf(interval: BarInterval): BarGrid;
  /** Whether bars of `larger` are made of whole bars of `smaller`. */
  feeds(smaller: BarInterval, larger: BarInterval): boolean;
}

/** @param schedule `undefined`: trading days are UTC days */
export function barCalendar(
  schedule: SessionSchedule | undefined,
  tracked: TrackedSessions,
  align: BarAlignment,
): BarCalendar {
  if (schedule === undefined || schedule.neverCloses)
    return { gridOf: utcGrid, feeds: (smaller, larger) => nests(smaller, larger, DAY_MS) };
  const stretches = new TradingStretches(schedule, tracked);
  const boundaryMs = align === 'session' ? DAY_MS : sessionBoundaryMs(schedule);
  return {
    gridOf(interval) {
      if (isBelowDay(interval)) return align === 'clock' ? utcGrid(interval) : sessionGrid(interval, stretches);
      return tradingDayGrid(interval, stretches);
    },
    feeds: (smaller, larger) => nests(smaller, larger, boundaryMs),
  };
}

function utcGrid(interval: BarInterval): BarGrid {
  const spanOf = (openTime: number): Span => ({ from: openTime, to: closeTimeOf(openTime, interval) });
  return {
    placeAt(time) {
      const openTime = openTimeAt(time, interval);
      return { openTime, ...spanOf(openTime) };
    },
    spanOf,
  };
}

function sessionGrid(interval: BarInterval, stretches: TradingStretches): BarGrid {
  const stepMs = fixedStepMs(interval) ?? DAY_MS;
  const placeAt = (time: number): BarPlace | undefined => {
    const stretch = stretches.at(time);
    if (stretch === undefined) return undefined;
    const from = stretch.from + Math.floor((time - stretch.from) / stepMs) * stepMs;
    return { openTime: from, from, to: Math.min(from + stepMs, stretch.to) };
  };
  return { placeAt, spanOf: (openTime) => placeAt(openTime) ?? { from: openTime, to: openTime + stepMs } };
}

function tradingDayGrid(interval: BarInterval, stretches: TradingStretches): BarGrid {
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

/** What zones are off UTC by is a multiple of it. */
const ZONE_STEP_MS = 15 * 60_000;

function sessionBoundaryMs({ week, earlyCloses, lateOpens }: SessionSchedule): number {
  const times = [...week.flat().flatMap(({ from, to }) => [from, to]), ...earlyCloses.values(), ...lateOpens.values()];
  return times.reduce(greatestDivisor, ZONE_STEP_MS);
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
