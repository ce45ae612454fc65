import { addUpTo, aggregateBars, newSums } from '../bar/aggregate-bars.ts';
import { firstIndexFrom, type BarColumns } from '../bar/bar-columns.ts';
import { DAY_MS, fixedStepMs, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { sessionsEndingAfter, stretchesOf } from './trading-days.ts';

/** A bar to be made of the parts from an index up to a moment. */
interface Piece {
  readonly start: number;
  readonly closeTime: number;
  readonly openTime: number;
}

/**
 * Adds ascending bars of less than a day up to bars that begin where trading does, as {@link aggregateBars} adds them.
 *
 * Below a day, bars are counted from each opening of the tracked sessions: of the trading day, and again after a pause.
 * The last one ends with the trading. openTime is its start, off the UTC grid where the opening is. `1d` has the label
 * of the trading day, `1w` and `1M` that of the week or month which holds it.
 *
 * A part counts where its openTime is; one outside the tracked sessions is left out. So parts must not reach across
 * an opening: for one at 9:30, half hours or what divides them.
 * @param partInterval of parts that may reach across an opening: then a day also has what begins before it
 */
export function aggregateBySession(
  parts: BarColumns,
  interval: BarInterval,
  schedule: SessionSchedule,
  tracked: TrackedSessions,
  partInterval?: BarInterval,
): BarColumns {
  const stepMs = fixedStepMs(interval);
  const belowDay = stepMs !== undefined && stepMs < DAY_MS;
  const openingOf = (from: number): number =>
    partInterval === undefined || belowDay ? from : openTimeAt(from, partInterval);
  const pieces = [...piecesOf(parts.openTime, belowDay ? stepMs : undefined, openingOf, schedule, tracked)];
  const bars = newSums(parts, pieces.length);
  for (const [i, { start, closeTime, openTime }] of pieces.entries()) {
    addUpTo(closeTime, parts, start, bars, i);
    bars.openTime[i] = openTime;
  }
  return belowDay ? bars : aggregateBars(bars, interval);
}

/** Pieces that have parts. Without a step, each stretch of trading is one, labelled with its trading day. */
function* piecesOf(
  openTimes: Float64Array,
  stepMs: number | undefined,
  openingOf: (from: number) => number,
  schedule: SessionSchedule,
  tracked: TrackedSessions,
): Generator<Piece> {
  for (let start = 0; start < openTimes.length;) {
    const found = sessionsEndingAfter(schedule, openTimes[start], ({ session }) => isTracked(session, tracked));
    if (found === undefined) return;
    for (const stretch of stretchesOf(found.sessions)) {
      const { to } = stretch;
      const from = openingOf(stretch.from);
      start = Math.max(start, firstIndexFrom(openTimes, from));
      while (start < openTimes.length && openTimes[start] < to) {
        const openTime = stepMs === undefined ? from : from + Math.floor((openTimes[start] - from) / stepMs) * stepMs;
        const closeTime = stepMs === undefined ? to : Math.min(openTime + stepMs, to);
        yield { start, closeTime, openTime: stepMs === undefined ? found.day : openTime };
        start = firstIndexFrom(openTimes, closeTime);
      }
    }
  }
}
