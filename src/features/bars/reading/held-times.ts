import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BarGrid, Span } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import { documentsOf, outlinedChunks, type OutlinedChunk } from './outlined-chunks.ts';
import { decodeBatch, type ReadPlan } from './read-bars.ts';

/** Chunks without an outline that are read in one go. */
const CHUNKS_PER_READ = 24;

/** When stored bars of a series open, ascending. Where a chunk has an outline, that tells, and its bars are not read. */
export async function* heldTimes(
  collections: BarsCollections,
  plan: ReadPlan,
  grid: BarGrid,
): AsyncGenerator<Span | Float64Array> {
  let toRead: OutlinedChunk[] = [];

  async function* read(): AsyncGenerator<Float64Array> {
    if (toRead.length === 0) return;
    const { openTime } = await decodeBatch(collections, plan, await documentsOf(collections, toRead));
    toRead = [];
    await nextTurn();
    if (openTime.length > 0) yield openTime;
  }

  for await (const chunk of outlinedChunks(collections, plan)) {
    if (chunk.outline === undefined) {
      toRead.push(chunk);
      if (toRead.length >= CHUNKS_PER_READ) yield* read();
      continue;
    }
    yield* read();
    for (const run of chunk.outline.runs) {
      const from = grid.firstOpenTimeFrom(Math.max(run.from, plan.range.from));
      const to = grid.firstOpenTimeFrom(Math.min(run.to, plan.range.to));
      if (from < to) yield { from, to };
    }
  }
  yield* read();
}
