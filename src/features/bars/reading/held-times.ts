import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BarGrid, Span } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import { CHUNKS_PER_TURN, chunksOf, decodeBatch, MAX_FETCHED_CHUNKS, type ReadPlan } from './read-bars.ts';

/**
 * When stored bars of a series open, ascending. A chunk that holds as many bars as there are intervals from its first to
 * its last holds each of them: it is told as one span and not decoded. Of bars that begin with trading it is not plain how
 * many there are.
 */
export async function* heldTimes(
  collections: BarsCollections,
  plan: ReadPlan,
  grid: BarGrid,
): AsyncGenerator<Span | Float64Array> {
  const { range } = plan;
  let read = 0;
  for await (const chunk of chunksOf(collections, plan, MAX_FETCHED_CHUNKS)) {
    if (++read % CHUNKS_PER_TURN === 0) await nextTurn();
    const { count, first, last } = chunk;
    if (first === undefined || last === undefined) continue;
    const end = grid.closeTimeOf(last);
    const isWhole = grid.align === 'clock' && count === grid.countOpenTimes(first, end);
    if (!isWhole) yield (await decodeBatch(collections, plan, [chunk])).openTime;
    else {
      const from = grid.firstOpenTimeFrom(Math.max(first, range.from));
      const to = grid.firstOpenTimeFrom(Math.min(end, range.to));
      if (from < to) yield { from, to };
    }
  }
}
