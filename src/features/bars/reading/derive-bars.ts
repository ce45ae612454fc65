import {
  concatColumns,
  firstIndexFrom,
  sliceColumns,
  type BarColumns,
  type BarGrid,
  type Span,
} from '../../../market/index.ts';
import type { Order } from './read-bars.ts';

/** Derived bars with the stored ones that they were made of; both ascending. Some parts may be in no bar. */
export interface DerivedBatch {
  readonly bars: BarColumns;
  readonly parts: BarColumns;
  /** When the parts open, where `parts` are sums of several: half-open ranges without a gap, ascending. */
  readonly runs?: readonly Span[];
}

/**
 * Adds batches of stored bars up to the bars of a grid. Batches come, and go, in the given order, each ascending in
 * itself. Those of a bar that two batches share are carried over whole, so that the sums do not depend on where
 * the batches were cut.
 */
export async function* deriveBars(
  batches: AsyncIterable<BarColumns>,
  grid: BarGrid,
  order: Order,
): AsyncGenerator<DerivedBatch> {
  let carried: BarColumns | undefined;
  for await (const batch of batches) {
    if (batch.openTime.length === 0) continue;
    const known: BarColumns = joined(carried, batch, order);
    const { openTime } = known;
    // The bar at the side where the next batch joins may go on in it.
    const cut: number =
      order === 'asc'
        ? firstIndexFrom(openTime, grid.barEndingAfter(openTime[openTime.length - 1]).from)
        : firstIndexFrom(openTime, grid.barEndingAfter(openTime[0]).to);
    const [before, after] = [sliceColumns(known, 0, cut), sliceColumns(known, cut, openTime.length)];
    const whole = order === 'asc' ? before : after;
    carried = order === 'asc' ? after : before;
    if (whole.openTime.length > 0) yield { bars: grid.aggregate(whole), parts: whole };
  }
  if (carried !== undefined) yield { bars: grid.aggregate(carried), parts: carried };
}

function joined(carried: BarColumns | undefined, batch: BarColumns, order: Order): BarColumns {
  if (carried === undefined) return batch;
  return concatColumns(order === 'asc' ? [carried, batch] : [batch, carried]);
}
