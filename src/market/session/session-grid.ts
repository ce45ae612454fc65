import { DAY_MS, fixedStepMs, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { epochMs } from '../time/epoch-ms.ts';
import type { Span } from '../time/span.ts';
import type { TimeRange } from '../time/time-range.ts';
import { aggregateBySession } from './aggregate-by-session.ts';
import { clockGrid, type BarGrid } from './bar-grid.ts';
import { expectedRuns } from './expected.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { stretchesOfDay } from './stretches.ts';
import { sessionsEndingAfter, tradingDayBefore, tradingDayFrom } from './trading-days.ts';

/**
 * Where the bars are that {@link aggregateBySession} makes.
 * @param partInterval of the parts, where some may begin before an opening that they reach over
 */
export function sessionGrid(
  schedule: SessionSchedule,
  interval: BarInterval,
  tracked: TrackedSessions,
  partInterval?: BarInterval,
): BarGrid {
  if (schedule.neverCloses) return clockGrid(interval);
  const stepMs = stepBelowDay(interval);
  const aggregate: BarGrid['aggregate'] = (parts) =>
    aggregateBySession(parts, interval, schedule, tracked, partInterval);
  return stepMs === undefined
    ? { ...labelled(schedule, interval, tracked, partInterval), aggregate }
    : { ...countedFromOpenings(schedule, stepMs, tracked), aggregate };
}

/**
 * As `expectedRuns`, of the bars that {@link aggregateBySession} makes. Below a day each run lies in one stretch of
 * trading.
 */
export function expectedRunsBySession(
  schedule: SessionSchedule,
  range: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions,
): readonly TimeRange[] {
  if (schedule.neverCloses || stepBelowDay(interval) === undefined)
    return expectedRuns(schedule, range, interval, tracked);
  const runs: TimeRange[] = [];
  let day = findDay(schedule, range.from, tracked)?.day;
  while (day !== undefined) {
    const stretches = stretchesOfDay(schedule, day, tracked);
    if (stretches.length > 0 && stretches[0].from >= range.to) break;
    for (const { from, to } of stretches) {
      const run = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
      if (run.from < run.to) runs.push({ from: epochMs(run.from), to: epochMs(run.to) });
    }
    day = tradingDayFrom(schedule, day + DAY_MS);
  }
  return runs;
}

type Places = Omit<BarGrid, 'aggregate'>;

function countedFromOpenings(schedule: SessionSchedule, stepMs: number, tracked: TrackedSessions): Places {
  const dayEndingAfter = tradingDays(schedule, tracked);

  const barEndingAfter: Places['barEndingAfter'] = (time) => {
    const { from, to } = dayEndingAfter(time).find((stretch) => stretch.to > time) ?? noStretchAfter(time);
    const openTime = time <= from ? from : from + Math.floor((time - from) / stepMs) * stepMs;
    return { openTime, from: openTime, to: Math.min(openTime + stepMs, to) };
  };

  const firstOpenTimeFrom = (time: number): number => {
    const bar = barEndingAfter(time);
    return bar.from >= time ? bar.from : barEndingAfter(bar.to).from;
  };

  return {
    align: 'session',
    firstOpenTimeFrom,
    closeTimeOf: (openTime) => barEndingAfter(openTime).to,
    countOpenTimes(from, to) {
      const stretch = dayEndingAfter(from).find((held) => held.to > from) ?? noStretchAfter(from);
      return Math.ceil((to - stretch.from) / stepMs) - Math.ceil((from - stretch.from) / stepMs);
    },
    barEndingAfter,
    heldFrom: firstOpenTimeFrom,
    spanOf: (openTime) => barEndingAfter(openTime),
  };
}

function labelled(
  schedule: SessionSchedule,
  interval: BarInterval,
  tracked: TrackedSessions,
  partInterval: BarInterval | undefined,
): Places {
  const clock = clockGrid(interval);

  const heldFrom = (openTime: number): number => {
    const label = clock.firstOpenTimeFrom(openTime);
    const day = tradingDayFrom(schedule, label) ?? label;
    const opening = stretchesOfDay(schedule, day, tracked).at(0)?.from ?? label;
    return partInterval === undefined ? opening : openTimeAt(opening, partInterval);
  };

  const spanOf = (openTime: number): Span => {
    const closeTime = clock.closeTimeOf(openTime);
    const lastDay = tradingDayBefore(schedule, closeTime);
    const to = stretchesOfDay(schedule, lastDay, tracked).at(-1)?.to ?? closeTime;
    return { from: heldFrom(openTime), to };
  };

  return {
    ...clock,
    align: 'session',
    barEndingAfter(time) {
      const openTime = openTimeAt(findDay(schedule, time, tracked)?.day ?? time, interval);
      return { openTime, ...spanOf(openTime) };
    },
    heldFrom,
    spanOf,
  };
}

/** Finds the stretches of the first trading day that ends after a moment; most questions are about the day before. */
function tradingDays(schedule: SessionSchedule, tracked: TrackedSessions): (time: number) => readonly Span[] {
  let found: { readonly since: number; readonly to: number; readonly stretches: readonly Span[] } | undefined;
  return (time) => {
    if (found !== undefined && time >= found.since && time < found.to) return found.stretches;
    const day = findDay(schedule, time, tracked)?.day;
    const stretches = day === undefined ? [] : stretchesOfDay(schedule, day, tracked);
    const first = stretches.at(0) ?? noStretchAfter(time);
    found = { since: Math.min(time, first.from), to: (stretches.at(-1) ?? first).to, stretches };
    return stretches;
  };
}

function findDay(schedule: SessionSchedule, time: number, tracked: TrackedSessions) {
  return sessionsEndingAfter(schedule, time, ({ session }) => isTracked(session, tracked));
}

/** Where no trading is known to follow, the day that now runs is as good as any end. */
function noStretchAfter(time: number): Span {
  return { from: time, to: time + DAY_MS };
}

function stepBelowDay(interval: BarInterval): number | undefined {
  const stepMs = fixedStepMs(interval);
  return stepMs !== undefined && stepMs < DAY_MS ? stepMs : undefined;
}
