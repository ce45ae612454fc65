import {
  DAY_MS,
  EPOCH_MS_RANGE,
  epochMs,
  fixedStepMs,
  type BarGrid,
  type BarInterval,
  type SeriesId,
  type TimeRange,
} from '../../../market/index.ts';
import { requireRange } from '../range.ts';
import type { BarsQuestion } from './bars-question.ts';
import type { Order } from './read-bars.ts';
import type { EdgeOf } from './series-edges.ts';

/** Only the label of a day, a week or a month may lie ahead of the interval that runs. */
const mayBeAhead = (interval: BarInterval): boolean => (fixedStepMs(interval) ?? DAY_MS) >= DAY_MS;

/** Whether the stored bars must be looked at to know the range that is asked for. */
export function needsEdges({ from, to, interval }: BarsQuestion): boolean {
  return from === undefined || (to === undefined && mayBeAhead(interval));
}

/** What the question leaves open: from the first stored bar, to the start of the interval that now runs. */
export async function askedRange(
  edgeOf: EdgeOf,
  sources: readonly SeriesId[],
  { from, to, interval }: BarsQuestion,
  grid: BarGrid,
  now: number,
): Promise<TimeRange> {
  if (from !== undefined && to !== undefined) return requireRange(from, to);
  // Of bars that begin with trading it may be the next one, as nothing runs while trading is closed.
  const runningSince = grid.barEndingAfter(now).openTime;
  const edges = async (name: 'first' | 'last'): Promise<number[]> =>
    (await Promise.all(sources.map((source) => edgeOf(source, name)))).filter((edge) => edge !== undefined);
  const [last] = to === undefined && grid.align === 'clock' && mayBeAhead(interval) ? await edges('last') : [];
  const [first] = from === undefined ? (await edges('first')).sort((a, b) => a - b) : [];
  const until = to ?? Math.max(runningSince, last === undefined ? runningSince : grid.barEndingAfter(last).to);
  const since = from ?? (first === undefined ? until - 1 : grid.barEndingAfter(first).openTime);
  // An open end never contradicts the end that was named.
  return from === undefined
    ? requireRange(Math.min(since, until - 1), until)
    : requireRange(since, Math.max(until, since + 1));
}

/** What is left of a range after the bar that the page before ended with. */
export function pageOf(asked: TimeRange, after: number, grid: BarGrid, order: Order): TimeRange {
  return order === 'asc'
    ? { from: epochMs(grid.closeTimeOf(after)), to: asked.to }
    : { from: asked.from, to: epochMs(after) };
}

/** The time of the stored bars that make up the derived bars which open in a range. */
export function heldRange({ from, to }: TimeRange, grid: BarGrid): TimeRange {
  const { minimum, maximum } = EPOCH_MS_RANGE;
  const storable = (time: number) => epochMs(Math.min(Math.max(time, minimum), maximum));
  return { from: storable(grid.heldFrom(from)), to: storable(grid.heldFrom(to)) };
}
