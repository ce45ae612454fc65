import { BAR_INTERVALS, type BarInterval } from '../interval/bar-interval.ts';
import { addsUp, defaultGrid, type TrackedHours } from '../session/default-grid.ts';
import { BarLane } from './bar-lane.ts';

/**
 * One lane an interval, smallest first, each fed by the largest that divides it. The first feeds all others; where none
 * of the intervals does (`2h` and `3h`; weeks and months), it is one that nobody asked for.
 * @throws RangeError if there is no interval
 */
export function barLanes(intervals: readonly BarInterval[], hours: TrackedHours, graceMs: number): BarLane[] {
  const wanted = BAR_INTERVALS.filter((interval) => intervals.includes(interval));
  const lanes = new Map<BarInterval, BarLane>();
  for (const interval of [firstOf(wanted, hours), ...wanted]) {
    if (lanes.has(interval)) continue;
    const source = [...lanes.values()].findLast((lane) => addsUp(lane.interval, interval, hours));
    lanes.set(interval, new BarLane(interval, defaultGrid(interval, hours), graceMs, source));
  }
  return [...lanes.values()];
}

/** The largest interval that feeds all, or is one of them and feeds the rest. */
function firstOf(wanted: readonly BarInterval[], hours: TrackedHours): BarInterval {
  const [smallest] = wanted;
  if (smallest === undefined) throw new RangeError('A bar machine needs at least one interval');
  const first = BAR_INTERVALS.findLast((base) =>
    wanted.every((interval) => base === interval || addsUp(base, interval, hours)),
  );
  return first ?? smallest;
}
