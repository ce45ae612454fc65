import {
  newBarColumns,
  FINAL,
  PROVISIONAL,
  type BarColumns,
  type BarGrid,
  type Span,
  type ToldColumns,
} from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import type { DerivedBatch } from './derive-bars.ts';
import { documentsOf, mustBeRead, outlinedChunks, seenAmong, momentIn, type OutlinedChunk } from './outlined-chunks.ts';
import { decodeBatch, type ReadPlan, type SeenChunk } from './read-bars.ts';

/** Chunks that make up one bar of the grid. */
interface Group {
  readonly openTime: number;
  readonly chunks: OutlinedChunk[];
}

const BARS_PER_BATCH = 1_000;

/**
 * Derived bars of a grid of which each holds whole chunks, made of the outlines of these. A bar is read where one of its
 * chunks has no outline, or none that its volume could be made of. Batches come in the given order, each ascending in
 * itself, and what comes out is what {@link deriveBars} makes of all bars.
 */
export async function* deriveFromOutlines(
  collections: BarsCollections,
  plan: ReadPlan,
  grid: BarGrid,
  seen: SeenChunk[] | undefined,
  barsPerBatch: number,
): AsyncGenerator<DerivedBatch> {
  const most = Math.min(barsPerBatch, BARS_PER_BATCH);
  let groups: Group[] = [];
  for await (const chunk of outlinedChunks(collections, plan)) {
    const { openTime } = grid.barEndingAfter(momentIn(chunk));
    const group = groups.at(-1);
    if (group?.openTime === openTime) group.chunks.push(chunk);
    else {
      if (groups.length >= most) {
        yield* derivedOf(collections, plan, grid, groups, seen);
        groups = [];
      }
      groups.push({ openTime, chunks: [chunk] });
    }
  }
  yield* derivedOf(collections, plan, grid, groups, seen);
}

/** Batches of bars that are all made of outlines, or all of what was read. */
async function* derivedOf(
  collections: BarsCollections,
  plan: ReadPlan,
  grid: BarGrid,
  groups: readonly Group[],
  seen: SeenChunk[] | undefined,
): AsyncGenerator<DerivedBatch> {
  for (let start = 0; start < groups.length;) {
    const isUnread = (group: Group): boolean => group.chunks.some((chunk) => mustBeRead(chunk, plan.told));
    const isRead = isUnread(groups[start]);
    let end = start + 1;
    while (end < groups.length && isUnread(groups[end]) === isRead) end++;
    const chunks = groups.slice(start, end).flatMap((group) => group.chunks);
    start = end;
    yield isRead ? await read(collections, plan, grid, chunks, seen) : outlined(plan, grid, chunks, seen);
  }
}

async function read(
  collections: BarsCollections,
  plan: ReadPlan,
  grid: BarGrid,
  chunks: readonly OutlinedChunk[],
  seen: SeenChunk[] | undefined,
): Promise<DerivedBatch> {
  const documents = await documentsOf(collections, chunks);
  seen?.push(...seenAmong(chunks, documents, plan.told));
  const parts = await decodeBatch(collections, { ...plan, order: 'asc' }, documents);
  return { bars: grid.aggregate(parts), parts };
}

function outlined(
  { order, told }: ReadPlan,
  grid: BarGrid,
  chunks: readonly OutlinedChunk[],
  seen: SeenChunk[] | undefined,
): DerivedBatch {
  seen?.push(...seenAmong(chunks, [], told));
  const ascending = order === 'asc' ? chunks : chunks.toReversed();
  const { parts, runs } = partsOf(ascending, told);
  return { bars: grid.aggregate(parts), parts, runs };
}

/** Each chunk as one bar that opens as its first does, and when the bars in it open. */
function partsOf(
  chunks: readonly OutlinedChunk[],
  told: ToldColumns,
): { readonly parts: BarColumns; readonly runs: readonly Span[] } {
  const parts = newBarColumns(chunks.length, told.columns);
  const runs: Span[] = [];
  for (const [i, { outline }] of chunks.entries()) {
    if (outline === undefined) continue; // these are read
    const { open, high, low, close, volume = NaN, count, finalCount } = outline;
    parts.openTime[i] = outline.runs[0].from;
    parts.open[i] = open;
    parts.high[i] = high;
    parts.low[i] = low;
    parts.close[i] = close;
    parts.volume[i] = volume;
    parts.state[i] = finalCount === count ? FINAL : PROVISIONAL;
    for (const name of told.columns) parts[name]?.fill(outline[name] ?? NaN, i, i + 1);
    for (const run of outline.runs) runs.push(run);
  }
  return { parts, runs };
}
