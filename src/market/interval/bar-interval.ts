import type { EpochMs } from '../time/epoch-ms.ts';

/** Lengths of a bar, shortest first. Case matters: `1m` is a minute, `1M` a month. */
export const BAR_INTERVALS = [
  '1s',
  '5s',
  '15s',
  '30s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '45m',
  '1h',
  '2h',
  '3h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '1w',
  '1M',
] as const;
export type BarInterval = (typeof BAR_INTERVALS)[number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
export const DAY_MS = 24 * HOUR;
const WEEK = 7 * DAY_MS;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const FIRST_MONDAY = 4 * DAY_MS;

const UNIT_MS = { s: SECOND, m: MINUTE, h: HOUR, d: DAY_MS, w: WEEK } as const;

/** Where an interval's bars begin: every `stepMs` from `anchor`, or (a month) on calendar months. */
interface IntervalGrid {
  readonly anchor: number;
  readonly stepMs: number | undefined;
}

const GRIDS: ReadonlyMap<string, IntervalGrid> = new Map(BAR_INTERVALS.map((interval) => [interval, gridOf(interval)]));

function gridOf(interval: BarInterval): IntervalGrid {
  const unit = interval.slice(-1);
  if (unit === 'M') return { anchor: 0, stepMs: undefined };
  const stepMs = Number(interval.slice(0, -1)) * UNIT_MS[unit as keyof typeof UNIT_MS];
  return { anchor: unit === 'w' ? FIRST_MONDAY : 0, stepMs };
}

/** @throws RangeError if the text names no interval */
export function barInterval(text: string): BarInterval {
  const found = BAR_INTERVALS.find((interval) => interval === text);
  if (found === undefined) throw new RangeError(`Unknown interval "${text}"; known are ${BAR_INTERVALS.join(' ')}`);
  return found;
}

function grid(interval: BarInterval): IntervalGrid {
  const known = GRIDS.get(interval);
  if (known === undefined) throw new RangeError(`Unknown interval "${interval}"`);
  return known;
}

/** Length in ms of one bar; `undefined` for `1M`, whose months differ. */
export function fixedStepMs(interval: BarInterval): number | undefined {
  return grid(interval).stepMs;
}

/** Whether bars of the interval divide trading days. */
export function isBelowDay(interval: BarInterval): boolean {
  return (fixedStepMs(interval) ?? Infinity) < DAY_MS;
}

/**
 * Number of the interval that holds a moment. Consecutive intervals have consecutive numbers;
 * a month's number counts calendar months from January 1970.
 */
export function stepAt(time: number, interval: BarInterval): number {
  const { anchor, stepMs } = grid(interval);
  if (stepMs !== undefined) return Math.floor((time - anchor) / stepMs);
  const date = new Date(time);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** openTime (UTC epoch ms) of the interval with this number: the inverse of {@link stepAt}. */
export function openTimeOfStep(step: number, interval: BarInterval): EpochMs {
  const { anchor, stepMs } = grid(interval);
  const time = stepMs === undefined ? monthStart(step) : anchor + step * stepMs;
  return time as EpochMs;
}

function monthStart(step: number): number {
  // setUTCFullYear, as Date.UTC reads the years 0 to 99 as 1900 to 1999.
  return new Date(0).setUTCFullYear(1970 + Math.floor(step / 12), ((step % 12) + 12) % 12, 1);
}

/** openTime of the interval that holds a moment. */
export function openTimeAt(time: number, interval: BarInterval): EpochMs {
  return openTimeOfStep(stepAt(time, interval), interval);
}

/** closeTime (exclusive end) of the bar that opens at `openTime`. */
export function closeTimeOf(openTime: number, interval: BarInterval): EpochMs {
  return openTimeOfStep(stepAt(openTime, interval) + 1, interval);
}

/** The first openTime that is not before a moment. */
export function firstOpenTimeFrom(time: number, interval: BarInterval): EpochMs {
  const openTime = openTimeAt(time, interval);
  return openTime === time ? openTime : closeTimeOf(time, interval);
}

/** Whether a moment is the start of an interval. */
export function isAligned(time: number, interval: BarInterval): boolean {
  return openTimeAt(time, interval) === time;
}

/** How many intervals begin in `[from, to)`. */
export function countOpenTimes(from: number, to: number, interval: BarInterval): number {
  if (to <= from) return 0;
  return stepAt(to - 1, interval) - stepAt(from - 1, interval);
}

/**
 * Whether bars of `smaller` add up to bars of `larger` exactly, each larger bar being a whole number
 * of smaller ones on the UTC grid. Weeks do not divide months.
 */
export function divides(smaller: BarInterval, larger: BarInterval): boolean {
  if (smaller === larger) return false;
  const small = fixedStepMs(smaller);
  const large = fixedStepMs(larger);
  if (small === undefined) return false;
  if (large === undefined) return small <= DAY_MS;
  return large % small === 0;
}
