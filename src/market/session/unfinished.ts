import { openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { sessionGrid } from './session-grid.ts';
import type { SessionSchedule, TrackedSessions } from './session-schedule.ts';

/** Which bars of a day, a week or a month are not over at a moment; all UTC epoch ms. */
export interface Unfinished {
  /** Bars with this openTime or a later one may still change, whatever is said of them. */
  readonly from: number;
  /** Bars with this openTime or a later one surely run. */
  readonly runningFrom: number;
  /** When the first of those that surely run is over. */
  readonly closesAt: number;
}

/**
 * A day, week or month is over when the last tracked session of its last trading day has closed. Until then it surely
 * runs, except where a session goes on past the UTC date that names it: then it only may.
 *
 * Where no schedule is known its UTC dates must be over, and until then it only may run: nothing tells when it closes.
 */
export function unfinishedAt(
  now: number,
  interval: BarInterval,
  schedule: SessionSchedule | undefined,
  tracked: TrackedSessions,
): Unfinished {
  const runningByDate = openTimeAt(now, interval);
  if (schedule === undefined) return { from: runningByDate, runningFrom: Infinity, closesAt: Infinity };
  const grid = sessionGrid(schedule, interval, tracked);
  const first = grid.barEndingAfter(now);
  const running = first.openTime < runningByDate ? grid.barEndingAfter(first.to) : first;
  return { from: first.openTime, runningFrom: running.openTime, closesAt: running.to };
}
