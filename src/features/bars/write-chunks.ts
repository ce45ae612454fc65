import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  contentOf, cutRevisions, encodeBars, encodeRevisions, summaryOf,
  type ChunkContent, type ChunkDocument, type ChunkWindow,
} from '../../chunk/index.ts'; // prettier-ignore
import type { BarInterval, SeriesId } from '../../market/index.ts';
import { duplicateKeyIndexes, type BulkWriteOperation } from '../../platform/database/index.ts';
import { ConflictError } from '../../platform/errors/index.ts';
import type { BarsCollections } from './collections.ts';

/** What a decision made of one chunk. */
export interface ChunkChange {
  readonly content: ChunkContent;
  /** openTime range that the change touched. */
  readonly from: number;
  readonly to: number;
  readonly inserted: number;
  readonly changed: number;
  readonly deleted: number;
  readonly providers: readonly string[];
}

/** One chunk to change: `decide` is pure, may run again after a conflict, and answers `undefined` to leave the chunk as it is. */
export interface ChunkTask {
  readonly window: ChunkWindow;
  decide(content: ChunkContent | undefined): ChunkChange | undefined;
}

export interface SeriesToWrite {
  readonly series: SeriesId;
  readonly interval: BarInterval;
  readonly now: number;
}

/** Chunks read, decided and written in one go. Two such batches are in flight, so that one is encoded while one is written. */
const BATCH_CHUNKS = 128;
const BATCHES_IN_FLIGHT = 2;
/** About 2 ms of encoding: other requests get their turn in between. */
const CHUNKS_PER_TURN = 8;
const MAX_ATTEMPTS = 10;
const MAX_LOG_ENTRIES = 1_000;

/**
 * Reads, decides and writes each chunk once, guarded by its `rev`: a chunk that another writer changed meanwhile is
 * read and decided again. A crash leaves each chunk old or new, never half. Each window may be named once.
 * @returns for each chunk that holds bars or did, its id and the `rev` it has now
 * @throws ConflictError `WRITE_CONFLICT` if a chunk kept changing under ten attempts
 */
export async function writeChunks(
  collections: BarsCollections,
  target: SeriesToWrite,
  tasks: readonly ChunkTask[],
): Promise<ChunkRevision[]> {
  const revisions: ChunkRevision[] = [];
  const inFlight = new Set<Promise<void>>();
  for (let start = 0; start < tasks.length; start += BATCH_CHUNKS) {
    if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
    const batch = writeBatch(collections, target, tasks.slice(start, start + BATCH_CHUNKS))
      .then((written) => void revisions.push(...written))
      .finally(() => inFlight.delete(batch));
    inFlight.add(batch);
  }
  await Promise.all(inFlight);
  return revisions;
}

export interface ChunkRevision {
  readonly key: string;
  readonly rev: number;
}

async function writeBatch(
  collections: BarsCollections,
  target: SeriesToWrite,
  tasks: readonly ChunkTask[],
): Promise<ChunkRevision[]> {
  const revisions: ChunkRevision[] = [];
  let open = tasks;
  for (let attempt = 1; open.length > 0; attempt++) {
    if (attempt > MAX_ATTEMPTS)
      throw new ConflictError('WRITE_CONFLICT', `Another writer kept changing ${target.series}; try again`);
    if (attempt > 1) await pause(attempt);
    const { settled, conflicting } = await attemptBatch(collections, target, open);
    revisions.push(...settled);
    open = conflicting;
  }
  return revisions;
}

async function attemptBatch(
  { chunks, chunkHistory }: BarsCollections,
  target: SeriesToWrite,
  tasks: readonly ChunkTask[],
): Promise<{ settled: ChunkRevision[]; conflicting: ChunkTask[] }> {
  const ids = tasks.map(({ window }) => `${target.series}/${window.key}`);
  const stored = await chunks.find({ _id: { $in: ids } }, { projection: { pending: 0 } }).toArray();
  const byId = new Map(stored.map((document) => [document._id, document]));
  const settled: ChunkRevision[] = [];
  const written: { readonly task: ChunkTask; readonly rev: number }[] = [];
  const operations: BulkWriteOperation<ChunkDocument>[] = [];
  for (const [index, task] of tasks.entries()) {
    if (index % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
    const document = byId.get(ids[index]);
    const content = document && contentOf(document, target.interval, task.window);
    const change = task.decide(content);
    const rev = document?.rev ?? 0;
    if (change === undefined) {
      settled.push({ key: task.window.key, rev });
      continue;
    }
    const { content: kept, historyTo } = await cutLongLog(
      chunkHistory,
      ids[index],
      rev,
      change.content,
      target.interval,
      task.window,
    );
    written.push({ task, rev: rev + 1 });
    operations.push(updateOf(ids[index], rev, content, { ...change, content: kept }, target, task.window, historyTo));
  }
  const conflicts = operations.length === 0 ? new Set<number>() : await bulkWriteGuarded(chunks, operations);
  const conflicting: ChunkTask[] = [];
  for (const [index, { task, rev }] of written.entries())
    if (conflicts.has(index)) conflicting.push(task);
    else settled.push({ key: task.window.key, rev });
  return { settled, conflicting };
}

/** @returns places of the operations whose chunk had another `rev`: their upsert hit the `_id` that is there */
async function bulkWriteGuarded(
  chunks: BarsCollections['chunks'],
  operations: readonly BulkWriteOperation<ChunkDocument>[],
): Promise<ReadonlySet<number>> {
  try {
    await chunks.bulkWrite(operations, { ordered: false });
    return new Set();
  } catch (error) {
    const conflicts = duplicateKeyIndexes(error);
    if (conflicts.length === 0) throw error;
    return new Set(conflicts);
  }
}

/** Moves the oldest part of a long revision log to `chunk_history`, before the chunk that loses it is written. */
async function cutLongLog(
  chunkHistory: BarsCollections['chunkHistory'],
  chunkId: string,
  rev: number,
  content: ChunkContent,
  interval: BarInterval,
  window: ChunkWindow,
): Promise<{ content: ChunkContent; historyTo?: number }> {
  if (content.revisions.openTime.length <= MAX_LOG_ENTRIES) return { content };
  const { kept, moved } = cutRevisions(content.revisions, MAX_LOG_ENTRIES);
  const historyTo = moved.observedTo.reduce((newest, time) => Math.max(newest, time), -Infinity);
  // The same rev cut again after a crash writes the same document.
  await chunkHistory.updateOne(
    { _id: `${chunkId}/${String(rev).padStart(12, '0')}` },
    { $set: { chunkId, revisions: encodeRevisions(moved, interval, window), observedTo: historyTo } },
    { upsert: true },
  );
  return { content: { bars: content.bars, revisions: kept }, historyTo };
}

function updateOf(
  _id: string,
  rev: number,
  before: ChunkContent | undefined,
  { content, ...touched }: ChunkChange,
  { series, interval, now }: SeriesToWrite,
  window: ChunkWindow,
  historyTo: number | undefined,
): BulkWriteOperation<ChunkDocument> {
  const summary = summaryOf(content);
  const earlier = before === undefined ? { count: 0, finalCount: 0 } : summaryOf(before);
  const hasLog = content.revisions.openTime.length > 0;
  return {
    updateOne: {
      filter: { _id, rev },
      update: {
        $set: {
          rev: rev + 1,
          bars: encodeBars(content.bars, interval, window),
          ...(hasLog ? { revisions: encodeRevisions(content.revisions, interval, window) } : {}),
          ...summary,
          ...(historyTo === undefined ? {} : { historyTo }),
        },
        $unset: {
          ...(hasLog ? {} : { revisions: '' }),
          ...(summary.count > 0 ? {} : { first: '', last: '' }),
        },
        $min: { pendingSince: now },
        $push: {
          pending: {
            changeId: randomBytes(12).toString('base64url'),
            series,
            ...touched,
            count: summary.count - earlier.count,
            finalCount: summary.finalCount - earlier.finalCount,
            at: now,
          },
        },
      },
      upsert: true,
    },
  };
}

async function pause(attempt: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, Math.random() * 5 * 2 ** attempt);
  await promise;
}
