import {
  closeTimeOf,
  countOpenTimes,
  DAY_MS,
  firstOpenTimeFrom,
  fixedStepMs,
  openTimeAt,
  openTimeOfStep,
  stepAt,
  type BarInterval,
} from '../interval/bar-interval.ts';
import { intersect, type TimeRange } from '../time/time-range.ts';
import { isTradingDay, segmentsOn } from './local-dates.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { zoneClock } from './zone-clock.ts';

/**
 * Runs in which every openTime of the interval is expected, and outside of which none is: within the range, ascending,
 * disjoint, as few as possible. Below a day an interval is expected that overlaps a session; a day if it is a trading
 * day; a week or month if it has one.
 */
export function expectedRuns(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): readonly TimeRange[] {
  return runsOf(expectedIn(schedule, range, interval, tracked), range, interval);
}

/** Ascending ranges as few runs that lie in `range` and have an openTime each. */
function runsOf(expected: Iterable<TimeRange>, range: TimeRange, interval: BarInterval): readonly TimeRange[] {
  const runs: TimeRange[] = [];
  for (const one of expected) {
    const run = intersect(one, range);
    if (run === undefined || countOpenTimes(run.from, run.to, interval) === 0) continue;
    const last = runs.at(-1);
    if (last === undefined || run.from > last.to) runs.push(run);
    else if (run.to > last.to) runs[runs.length - 1] = { from: last.from, to: run.to };
  }
  return runs;
}

/**
 * As {@link expectedRuns}, of bars that hold the time of the UTC clock whatever their length: an interval is expected that
 * overlaps a session, also one of a day or more.
 */
export function expectedRunsByClock(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): readonly TimeRange[] {
  const expected = schedule.neverCloses ? [range] : intervalsInSessions(schedule, range, interval, tracked);
  return runsOf(expected, range, interval);
}

/** Every openTime (UTC epoch ms) in {@link expectedRuns}, ascending. */
export function expectedOpenTimes(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): Float64Array {
  const runs = expectedRuns(schedule, range, interval, tracked);
  const counts = runs.map(({ from, to }) => countOpenTimes(from, to, interval));
  const openTimes = new Float64Array(counts.reduce((sum, count) => sum + count, 0));
  let filled = 0;
  for (const [i, { from }] of runs.entries()) {
    fillOpenTimes(openTimes, filled, counts[i], firstOpenTimeFrom(from, interval), interval);
    filled += counts[i];
  }
  return openTimes;
}

function fillOpenTimes(
  openTimes: Float64Array,
  place: number,
  count: number,
  first: number,
  interval: BarInterval,
): void {
  const stepMs = fixedStepMs(interval);
  if (stepMs !== undefined) {
    for (let i = 0; i < count; i++) openTimes[place + i] = first + i * stepMs;
  } else {
    for (let i = 0; i < count; i++) openTimes[place + i] = openTimeOfStep(stepAt(first, interval) + i, interval);
  }
}

function expectedIn(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): Iterable<TimeRange> {
  if (schedule.neverCloses) return [range];
  const stepMs = fixedStepMs(interval);
  return stepMs !== undefined && stepMs < DAY_MS
    ? intervalsInSessions(schedule, range, interval, tracked)
    : intervalsWithTradingDays(schedule, range, interval);
}

function* intervalsInSessions(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): Generator<TimeRange> {
  const clock = zoneClock(schedule.timeZone);
  // A local date lies within a day of the UTC date, and the last interval that opens in the range may end after it.
  const firstDate = Math.floor(range.from / DAY_MS) * DAY_MS - 2 * DAY_MS;
  const end = closeTimeOf(range.to, interval);
  for (let date = firstDate; date < end + 2 * DAY_MS; date += DAY_MS) {
    for (const segment of segmentsOn(schedule, date)) {
      if (!isTracked(segment.session, tracked)) continue;
      const from = clock.utcOfLocal(date + segment.from);
      const to = clock.utcOfLocal(date + segment.to);
      if (from < to) yield { from: openTimeAt(from, interval), to: firstOpenTimeFrom(to, interval) };
    }
  }
}

function* intervalsWithTradingDays(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
): Generator<TimeRange> {
  const end = firstOpenTimeFrom(range.to, interval);
  let day: number = firstOpenTimeFrom(range.from, interval);
  while (day < end) {
    if (isTradingDay(schedule, day)) {
      const run = { from: openTimeAt(day, interval), to: closeTimeOf(day, interval) };
      yield run;
      day = run.to;
    } else {
      day += DAY_MS;
    }
  }
}
