import {
  chunkIdRange,
  fitsWindows,
  outlineOf,
  parseChunkId,
  type ChunkDocument,
  type ChunkOutline,
} from '../../../chunk/index.ts';
import { parseSeriesId, type BarInterval, type ToldColumns } from '../../../market/index.ts';
import { inIdOrder, outlastFailover } from '../../../platform/database/index.ts';
import type { BarsCollections } from '../collections.ts';
import type { AnswerPlan } from './plan-answer.ts';
import { directionOf, seenOf, type ReadPlan, type SeenChunk } from './read-bars.ts';

/** A chunk as far as the index of outlines tells of it. */
export interface OutlinedChunk {
  readonly _id: string;
  /** `undefined` where its bars must be read. */
  readonly outline: ChunkOutline | undefined;
  /** The outline as it is stored. */
  readonly text: string | undefined;
}

const CHUNKS_PER_BATCH = 1_024;

/** The chunks to read, in the order in which they are read, without their bars. */
export async function* outlinedChunks({ chunks }: BarsCollections, plan: ReadPlan): AsyncGenerator<OutlinedChunk> {
  const range = chunkIdRange(plan.series, plan.range);
  const { interval } = parseSeriesId(plan.series);
  const projection = { _id: 1, outline: 1 } as const;
  const wanted = { range, direction: directionOf(plan), projection, batchSize: CHUNKS_PER_BATCH };
  for await (const { _id, outline: text } of inIdOrder(chunks, wanted))
    yield { _id, text, outline: outlineOf(text, interval) };
}

/** The documents of some chunks, in ascending order of time. */
export async function documentsOf(
  { chunks }: BarsCollections,
  wanted: readonly OutlinedChunk[],
): Promise<ChunkDocument[]> {
  if (wanted.length === 0) return [];
  const ids = wanted.map(({ _id }) => _id);
  const projection = { pending: 0, revisions: 0 } as const;
  return outlastFailover(() => chunks.find({ _id: { $in: ids } }, { projection, sort: { _id: 1 } }).toArray());
}

/** Whether the answer is made of outlines where chunks have them. */
export function readsOutlines({ source, read }: AnswerPlan<unknown>, interval: BarInterval): boolean {
  const { stored, grid, isDerived } = source;
  const isOfClock = grid.align === 'clock' && stored?.align === undefined;
  // What was known earlier, or where it came from, no outline tells.
  const isNewest = read !== undefined && read.asOf === undefined && !read.told.origins;
  return isDerived && stored !== undefined && isOfClock && isNewest && fitsWindows(stored.interval, interval);
}

/** Whether a chunk's bars say more of it than its outline. */
export function mustBeRead({ outline }: OutlinedChunk, { columns }: ToldColumns): boolean {
  return outline?.volume === undefined || columns.some((name) => outline[name] === undefined);
}

/** What tells whether the same bars would be made of these chunks again; `documents` has those that must be read. */
export function seenAmong(
  chunks: readonly OutlinedChunk[],
  documents: readonly ChunkDocument[],
  told: ToldColumns,
): SeenChunk[] {
  const documentOf = new Map(documents.map((document) => [document._id, document]));
  return chunks.map((chunk) => {
    const document = mustBeRead(chunk, told) ? documentOf.get(chunk._id) : undefined;
    return document === undefined ? { _id: chunk._id, bars: chunk.text ?? '' } : seenOf(document);
  });
}

/** The same of the first chunks there are. */
export async function firstSeen(collections: BarsCollections, read: ReadPlan, most: number): Promise<SeenChunk[]> {
  const found: OutlinedChunk[] = [];
  for await (const chunk of outlinedChunks(collections, read)) if (found.push(chunk) === most) break;
  const unread = found.filter((chunk) => mustBeRead(chunk, read.told));
  return seenAmong(found, await documentsOf(collections, unread), read.told);
}

/** A moment of a chunk's window. To read the id takes longer than to read the outline. */
export function momentIn({ _id, outline }: OutlinedChunk): number {
  return outline?.runs[0].from ?? parseChunkId(_id).window.from;
}
