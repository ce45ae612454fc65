import { DAY_MS, fixedStepMs, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { epochMs } from '../time/epoch-ms.ts';
import type { Span } from '../time/span.ts';
import type { TimeRange } from '../time/time-range.ts';
import { aggregateBySession } from './aggregate-by-session.ts';
import { clockGrid, type BarGrid } from './bar-grid.ts';
import { expectedRuns } from './expected.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { stretchesOfDay } from './stretches.ts';
import { sessionsEndingAfter, stretchesOf, tradingDayBefore, tradingDayFrom } from './trading-days.ts';

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
    const held = stretchesOfDay(schedule, day, tracked);
    if (held.length > 0 && held[0].from >= range.to) break;
    for (const { from, to } of held) {
      const run = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
      if (run.from < run.to) runs.push({ from: epochMs(run.from), to: epochMs(run.to) });
    }
    day = tradingDayFrom(schedule, day + DAY_MS);
  }
  return runs;
}

type Places = Omit<BarGrid, 'aggregate'>;

function countedFromOpenings(schedule: SessionSchedule, stepMs: number, tracked: TrackedSessions): Places {
  const stretchEndingAfter = stretches(schedule, tracked);

  const barEndingAfter: Places['barEndingAfter'] = (time) => {
    const { from, to } = stretchEndingAfter(time) ?? noStretchAfter(time);
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
    closeTimeOf(openTime) {
      const bar = barEndingAfter(openTime);
      // A bar that is stored where nothing trades, as a schedule may be corrected, is no part of the next session.
      return bar.from > openTime ? Math.min(openTime + stepMs, bar.from) : bar.to;
    },
    countOpenTimes(from, to) {
      const stretch = stretchEndingAfter(from) ?? noStretchAfter(from);
      return Math.ceil((to - stretch.from) / stepMs) - Math.ceil((from - stretch.from) / stepMs);
    },
    barEndingAfter,
    placeAt: (time) => (isRunning(stretchEndingAfter(time), time) ? barEndingAfter(time) : undefined),
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
  const stretchEndingAfter = stretches(schedule, tracked);

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
    const from = heldFrom(openTime);
    return from < to ? { from, to } : clock.spanOf(openTime); // nothing is traded in it
  };

  return {
    ...clock,
    align: 'session',
    barEndingAfter(time) {
      const openTime = openTimeAt(stretchEndingAfter(time)?.day ?? time, interval);
      return { openTime, ...spanOf(openTime) };
    },
    placeAt(time) {
      const stretch = stretchEndingAfter(time);
      if (!isRunning(stretch, time)) return undefined;
      return { openTime: openTimeAt(stretch.day, interval), from: stretch.from, to: stretch.to };
    },
    heldFrom,
    spanOf,
  };
}

/** Trading without a pause, of the trading day with this label. */
interface Stretch extends Span {
  readonly day: number;
}

/** Finds the first stretch that ends after a moment; most questions are about the one before, and zones cost time. */
function stretches(schedule: SessionSchedule, tracked: TrackedSessions): (time: number) => Stretch | undefined {
  let known: { readonly since: number; readonly to: number; readonly stretch: Stretch | undefined } | undefined;
  return (time) => {
    if (known !== undefined && time >= known.since && time < known.to) return known.stretch;
    const found = findDay(schedule, time, tracked);
    const next = found && stretchesOf(found.sessions).find(({ to }) => to > time);
    const { from, to } = next ?? noStretchAfter(time);
    known = { since: Math.min(time, from), to, stretch: found && next && { day: found.day, ...next } };
    return known.stretch;
  };
}

function isRunning(stretch: Stretch | undefined, time: number): stretch is Stretch {
  return stretch !== undefined && stretch.from <= time;
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
