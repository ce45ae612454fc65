import {
  aggregateBars, closeTimeOf, concatColumns, firstIndexFrom, openTimeAt, sliceColumns,
  type BarColumns, type BarInterval,
} from '../../../market/index.ts'; // prettier-ignore
import type { Order } from './read-bars.ts';

/**
 * Adds batches of stored bars up to a larger interval. Batches come, and go, in the given order, each ascending in
 * itself. Bars of an interval that two batches share are carried over whole, so that the sums do not depend on where
 * the batches were cut.
 */
export async function* deriveBars(
  batches: AsyncIterable<BarColumns>,
  interval: BarInterval,
  order: Order,
): AsyncGenerator<BarColumns> {
  let carried: BarColumns | undefined;
  for await (const batch of batches) {
    if (batch.openTime.length === 0) continue;
    const known: BarColumns = joined(carried, batch, order);
    const { openTime } = known;
    // The interval at the side where the next batch joins may go on in it.
    const cut: number =
      order === 'asc'
        ? firstIndexFrom(openTime, openTimeAt(openTime[openTime.length - 1], interval))
        : firstIndexFrom(openTime, closeTimeOf(openTime[0], interval));
    const [before, after] = [sliceColumns(known, 0, cut), sliceColumns(known, cut, openTime.length)];
    const whole = order === 'asc' ? before : after;
    carried = order === 'asc' ? after : before;
    if (whole.openTime.length > 0) yield aggregateBars(whole, interval);
  }
  if (carried !== undefined) yield aggregateBars(carried, interval);
}

function joined(carried: BarColumns | undefined, batch: BarColumns, order: Order): BarColumns {
  if (carried === undefined) return batch;
  return concatColumns(order === 'asc' ? [carried, batch] : [batch, carried]);
}
