import { crc32 } from 'node:zlib';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  barsAsOf,
  chunkIdRange,
  countOf,
  decodeBars,
  decodeBarsInto,
  openTimeStep,
  parseChunkId,
  stepsOf,
  windowOf,
  type ChunkDocument,
  type ChunkWindow,
} from '../../../chunk/index.ts';
import {
  concatColumns,
  firstBars,
  firstIndexFrom,
  newBarColumns,
  parseSeriesId,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type SeriesId,
  type TimeRange,
  type ToldColumns,
} from '../../../market/index.ts';
import { inIdOrder, type Projection } from '../../../platform/database/index.ts';
import type { BarsCollections } from '../collections.ts';
import { contentSince } from './moved-revisions.ts';

export type Order = 'asc' | 'desc';

export interface ReadPlan {
  readonly series: SeriesId;
  readonly range: TimeRange;
  readonly order: Order;
  /** Answer with what was known at this moment, UTC epoch ms; `undefined` for the newest values. */
  readonly asOf: number | undefined;
  /** What bars are read with, beside what each has. */
  readonly told: ToldColumns;
}

/** A chunk that was read, and what tells whether its bars are still the same. */
export interface SeenChunk {
  readonly _id: string;
  /** Its revision and their checksum, or their outline. */
  readonly bars: string;
}

/** About 2 ms of decoding: other requests get their turn in between. */
const CHUNKS_PER_TURN = 24;
const MAX_FETCHED_CHUNKS = 256;
const LEAST_UNFILLED = 32_768;

/**
 * Stored bars of a series, a batch at a time. A batch is ascending in itself, whatever the order of the batches, and
 * holds at least `barsPerBatch` bars if there are that many: `Infinity` gives one batch, decoded into place. Each chunk
 * that was read is added to `seen`.
 */
export async function* readBars(
  collections: BarsCollections,
  plan: ReadPlan,
  barsPerBatch: number,
  seen?: SeenChunk[],
): AsyncGenerator<BarColumns> {
  let documents: ChunkDocument[] = [];
  let bars = 0;
  for await (const document of chunksOf(collections, plan, barsPerBatch < 2_000 ? 1 : MAX_FETCHED_CHUNKS)) {
    documents.push(document);
    seen?.push(seenOf(document));
    bars += document.count;
    if (bars < barsPerBatch) continue;
    yield await decodeBatch(collections, plan, documents);
    documents = [];
    bars = 0;
  }
  if (documents.length > 0) yield await decodeBatch(collections, plan, documents);
}

/** Emptied and filled again, a chunk may have had a revision before: its bytes tell. */
export function seenOf({ _id, rev, bars }: ChunkDocument): SeenChunk {
  return { _id, bars: `${rev} ${crc32(bars)}` };
}

/** The chunks to read, in the order in which they are read. */
function chunksOf({ chunks }: BarsCollections, plan: ReadPlan, batchSize: number): AsyncGenerator<ChunkDocument> {
  const range = chunkIdRange(plan.series, plan.range);
  return inIdOrder(chunks, { range, direction: directionOf(plan), projection: projectionOf(plan), batchSize });
}

/** What tells whether the first chunks there are, of which none is kept, are still the same. */
export async function firstSeenOf(collections: BarsCollections, plan: ReadPlan, most: number): Promise<SeenChunk[]> {
  const seen: SeenChunk[] = [];
  for await (const document of chunksOf(collections, plan, Math.min(most, MAX_FETCHED_CHUNKS)))
    if (seen.push(seenOf(document)) === most) break;
  return seen;
}

export function directionOf({ order }: ReadPlan): 1 | -1 {
  return order === 'asc' ? 1 : -1;
}

export function projectionOf({ asOf }: Pick<ReadPlan, 'asOf'>): Projection {
  return asOf === undefined ? { pending: 0, revisions: 0 } : { pending: 0 };
}

export async function decodeBatch(
  collections: BarsCollections,
  plan: ReadPlan,
  documents: ChunkDocument[],
): Promise<BarColumns> {
  if (plan.order === 'desc') documents.reverse();
  const columns = await decodeAll(collections, plan, documents);
  const start = firstIndexFrom(columns.openTime, plan.range.from);
  const end = firstIndexFrom(columns.openTime, plan.range.to);
  return end - start === columns.openTime.length ? columns : sliceColumns(columns, start, end);
}

function decodeAll(
  collections: BarsCollections,
  { series, asOf, told, range }: ReadPlan,
  documents: readonly ChunkDocument[],
): Promise<BarColumns> {
  if (asOf !== undefined) return decodeAsOf(collections, documents, asOf);
  return told.origins ? decodeObserved(documents) : decodeNewest(documents, series, told, range);
}

/** Of chunks that reach beyond the range, only what lies in it is decoded. */
async function decodeNewest(
  documents: readonly ChunkDocument[],
  series: SeriesId,
  told: ToldColumns,
  range: TimeRange,
): Promise<BarColumns> {
  const shape = parseSeriesId(series);
  const step = openTimeStep(shape);
  const chunks = documents.map(({ _id, bars }) => ({ bars, window: windowOf(_id, shape.interval) }));
  const most = chunks.reduce((sum, { bars, window }) => sum + mostBars(bars, step, window, range), 0);
  const columns = newBarColumns(most, told.columns, unfilledNumbers);
  let offset = 0;
  for (const [index, { bars, window }] of chunks.entries()) {
    if (index % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
    offset += decodeBarsInto(bars, step, window, columns, offset, range);
  }
  return firstBars(columns, offset);
}

/** Each value is decoded into it before anybody reads one: a large column is not cleared for that. */
function unfilledNumbers(count: number): Float64Array {
  if (count < LEAST_UNFILLED) return new Float64Array(count);
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(count * Float64Array.BYTES_PER_ELEMENT);
  return new Float64Array(buffer, byteOffset, count);
}

/** How many bars of a chunk may lie in a range. */
function mostBars(bars: Uint8Array, step: BarInterval, window: ChunkWindow, range: TimeRange): number {
  const from = Math.max(window.from, range.from);
  const to = Math.min(window.to, range.to);
  return from < to ? Math.min(countOf(bars), stepsOf({ ...window, from, to }, step)) : 0;
}

async function decodeObserved(documents: readonly ChunkDocument[]): Promise<BarColumns> {
  const parts: BarColumns[] = [];
  for (const [index, { _id, bars }] of documents.entries()) {
    if (index % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
    const { step, window } = parseChunkId(_id);
    parts.push(decodeBars(bars, step, window));
  }
  return concatColumns(parts);
}

async function decodeAsOf(
  collections: BarsCollections,
  documents: readonly ChunkDocument[],
  asOf: number,
): Promise<BarColumns> {
  const parts: BarColumns[] = [];
  for (const document of documents) {
    parts.push(barsAsOf(await contentSince(collections.chunkHistory, document, asOf), asOf));
    await nextTurn();
  }
  return concatColumns(parts);
}
