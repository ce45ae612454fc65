import type { Span } from '../time/span.ts';

/** Parts of a trading day, in the order in which an exchange of shares runs through them. */
const TRADING_SESSIONS = ['pre', 'regular', 'post'] as const;
export type TradingSession = (typeof TRADING_SESSIONS)[number];

/** Which sessions a series follows: the regular one, or all of them. */
export const TRACKED_SESSIONS = ['regular', 'extended'] as const;
export type TrackedSessions = (typeof TRACKED_SESSIONS)[number];

/** Whether a series that follows `tracked` sessions expects bars in this one. */
export function isTracked(session: TradingSession, tracked: TrackedSessions): boolean {
  return tracked === 'extended' || session === 'regular';
}

/** A piece of one local date in which an exchange is open: `[from, to)`, in ms of the local clock since midnight. */
export interface LocalSegment {
  readonly session: TradingSession;
  readonly from: number;
  /** Up to 24 h: midnight of the next date. */
  readonly to: number;
  /** An evening that the next date's morning continues; both are one block, which ends on that next date. */
  readonly carries: boolean;
}

/** Segments of an ordinary date by weekday, Sunday first, ascending. */
export type WeekDays = readonly (readonly LocalSegment[])[];

/** The week that an exchange keeps from a local date on. */
export interface OrdinaryWeek {
  readonly from: number;
  readonly days: WeekDays;
}

/**
 * When an exchange is open, in its own time. A local date is named by the epoch ms of 00:00Z of the same date.
 * @see docs/guides/add-a-schedule.md for the rules
 */
export interface SessionSchedule {
  readonly name: string;
  /** IANA name. `UTC` for an exchange that never closes, as its days are UTC dates. */
  readonly timeZone: string;
  /** Open without a pause, always. */
  readonly neverCloses: boolean;
  /** At least one, ascending; the first holds for all time before it too. */
  readonly weeks: readonly OrdinaryWeek[];
  /** From when to when holidays and short days are known; outside of it none are assumed. `undefined`: nobody says. */
  readonly known: Span | undefined;
  /** Local dates without any session. */
  readonly holidays: ReadonlySet<number>;
  /** Local date to the time of its clock, ms since midnight, after which everything is closed. */
  readonly earlyCloses: ReadonlyMap<number, number>;
  /** Local date to the time of its clock, ms since midnight, before which everything is closed. */
  readonly lateOpens: ReadonlyMap<number, number>;
  /** Local date to its segments, where they are not those of its week. */
  readonly special: ReadonlyMap<number, readonly LocalSegment[]>;
}
