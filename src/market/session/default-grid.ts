import type { Alignment } from '../interval/alignment.ts';
import { DAY_MS, divides, fixedStepMs, isBelowDay, type BarInterval } from '../interval/bar-interval.ts';
import { clockGrid, type BarGrid } from './bar-grid.ts';
import { boundaryStepMs } from './boundary-step.ts';
import { sessionGrid } from './session-grid.ts';
import type { SessionSchedule, TrackedSessions } from './session-schedule.ts';

/** When an instrument trades, as far as its bars follow it. */
export interface TrackedHours {
  /** Where none is known, trading days are UTC days. */
  readonly schedule?: SessionSchedule | undefined;
  readonly sessions: TrackedSessions;
}

/** The grid of bars for which nobody chose one: the UTC clock below a day, trading days from a day up. */
export function defaultGrid(interval: BarInterval, { schedule, sessions }: TrackedHours): BarGrid {
  return schedule === undefined || isBelowDay(interval)
    ? clockGrid(interval)
    : sessionGrid(schedule, interval, sessions);
}

/**
 * The grid on which the bars of a series are stored; `undefined` where they are to begin with trading and nothing opens:
 * no schedule is known, or trading never pauses.
 */
export function gridOfSeries(
  { interval, align }: { readonly interval: BarInterval; readonly align?: Alignment | undefined },
  { schedule, sessions }: TrackedHours,
): BarGrid | undefined {
  if (align !== 'session' || !isBelowDay(interval)) return clockGrid(interval);
  return schedule === undefined || schedule.neverCloses ? undefined : sessionGrid(schedule, interval, sessions);
}

/** Whether bars of `larger` are made of whole bars of `smaller`, both on their {@link defaultGrid}. */
export function addsUp(smaller: BarInterval, larger: BarInterval, { schedule, sessions }: TrackedHours): boolean {
  if (!divides(smaller, larger)) return false;
  if (schedule === undefined || isBelowDay(larger) || !isBelowDay(smaller)) return true;
  return boundaryStepMs(schedule, sessions) % (fixedStepMs(smaller) ?? DAY_MS) === 0;
}
