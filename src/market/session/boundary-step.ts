import { DAY_MS } from '../interval/bar-interval.ts';
import { segmentsOn } from './local-dates.ts';
import { isTracked, type LocalSegment, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { zoneClock } from './zone-clock.ts';

/** A winter's and a summer's day of each year in which offsets of zones are known to have been whole minutes. */
const OFFSET_DATES = Array.from({ length: 136 }, (_, i) => Date.UTC(1973 + (i >> 1), i % 2 === 0 ? 0 : 6));

const known = new WeakMap<SessionSchedule, Map<TrackedSessions, number>>();

/**
 * The longest step, in ms, on whose UTC grid trading begins and ends, whatever the day: no interval that divides it
 * holds both time of the tracked sessions and other time. Half an hour for NASDAQ, a quarter for NSE.
 */
export function boundaryStepMs(schedule: SessionSchedule, tracked: TrackedSessions): number {
  const steps = known.get(schedule) ?? new Map<TrackedSessions, number>();
  known.set(schedule, steps);
  const stepMs = steps.get(tracked) ?? findStep(schedule, tracked);
  steps.set(tracked, stepMs);
  return stepMs;
}

function findStep(schedule: SessionSchedule, tracked: TrackedSessions): number {
  let stepMs = DAY_MS;
  const fit = (time: number): void => {
    stepMs = greatestDivisor(stepMs, Math.abs(time));
  };
  const clock = zoneClock(schedule.timeZone);
  for (const date of OFFSET_DATES) fit(clock.utcOfLocal(date));
  const ordinary = schedule.weeks.flatMap(({ days }) => days);
  const shortDays = [...schedule.earlyCloses.keys(), ...schedule.lateOpens.keys(), ...schedule.special.keys()];
  for (const segments of [...ordinary, ...shortDays.map((date) => segmentsOn(schedule, date))])
    for (const time of boundariesOf(segments.filter(({ session }) => isTracked(session, tracked)))) fit(time);
  return stepMs;
}

/** Where trading begins or ends on a local date, or where one trading day follows the other. */
function* boundariesOf(segments: readonly LocalSegment[]): Generator<number> {
  for (const [i, { from, to, carries }] of segments.entries()) {
    const before = segments.at(i - 1);
    if (i === 0 || before?.to !== from || before.carries !== carries) yield from;
    const after = segments.at(i + 1);
    if (after?.from !== to || after.carries !== carries) yield to;
  }
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
