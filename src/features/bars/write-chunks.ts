import { randomBytes } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import {
  chunkIdIn,
  contentOf,
  cutRevisions,
  encodeBars,
  encodeRevisions,
  openTimeStep,
  outlineText,
  summaryOf,
  type ChangeRecord,
  type ChunkContent,
  type ChunkDocument,
  type ChunkWindow,
} from '../../chunk/index.ts';
import { parseSeriesId, type BarInterval, type SeriesId, type SeriesShape } from '../../market/index.ts';
import { bulkUpsert, newPatience, type BulkWriteOperation } from '../../platform/database/index.ts';
import { ConflictError } from '../../platform/errors/index.ts';
import type { BarsCollections } from './collections.ts';

/** What a decision made of one chunk. */
export interface ChunkChange extends Pick<
  ChangeRecord,
  'from' | 'to' | 'inserted' | 'changed' | 'deleted' | 'providers'
> {
  readonly content: ChunkContent;
}

/** One chunk to change: `decide` is pure, may run again after a conflict or a failover, and answers `undefined` to leave the chunk as it is. */
export interface ChunkTask {
  readonly window: ChunkWindow;
  decide(content: ChunkContent | undefined): ChunkChange | undefined;
}

export interface SeriesToWrite {
  readonly series: SeriesId;
  readonly now: number;
}

/** A chunk of one of many series. */
export interface SeriesTask extends ChunkTask {
  readonly series: SeriesId;
}

interface Target extends SeriesToWrite {
  /** What openTimes are counted in. */
  readonly step: BarInterval;
  readonly align: SeriesShape['align'];
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
 * read and decided again, and so is one whose write was lost with its connection, for 30 s. A crash leaves each chunk
 * old or new, never half. Each window may be named once.
 * @returns for each chunk that holds bars or did, its id and the `rev` it has now
 * @throws ConflictError `WRITE_CONFLICT` if a chunk kept changing under ten attempts
 */
export async function writeChunks(
  collections: BarsCollections,
  { series, now }: SeriesToWrite,
  tasks: readonly ChunkTask[],
): Promise<readonly ChunkRevision[]> {
  const ofSeries = tasks.map(({ window, decide }): SeriesTask => ({ series, window, decide }));
  const { revisionsOf, conflicts } = await writeManyChunks(collections, now, [ofSeries]);
  if (conflicts.has(series)) throw writeConflict(series);
  return revisionsOf(series);
}

export function writeConflict(series: SeriesId): ConflictError {
  return new ConflictError('WRITE_CONFLICT', `Another writer kept changing ${series}; try again`);
}

export interface WrittenChunks {
  /** For each chunk of a series that holds bars or did, its id and the `rev` it has now. */
  revisionsOf(series: SeriesId): readonly ChunkRevision[];
  /** Series of which a chunk kept changing under ten attempts; others are written. */
  readonly conflicts: ReadonlySet<SeriesId>;
}

/**
 * The same of many series: chunks are read and written in one go, whichever series they are of. Tasks come in groups,
 * each when there is room for it: the next one is made ready while the one before is written.
 */
export async function writeManyChunks(
  collections: BarsCollections,
  now: number,
  groups: Iterable<readonly SeriesTask[]> | AsyncIterable<readonly SeriesTask[]>,
): Promise<WrittenChunks> {
  const revisions = new Map<SeriesId, ChunkRevision[]>();
  const conflicts = new Set<SeriesId>();
  const inFlight = new Set<Promise<unknown>>();

  function note({ settled, givenUp }: WrittenBatch): void {
    for (const { series, ...revision } of settled) {
      const known = revisions.get(series);
      if (known === undefined) revisions.set(series, [revision]);
      else known.push(revision);
    }
    for (const { target } of givenUp) conflicts.add(target.series);
  }

  function write(tasks: readonly SeriesTask[]): void {
    const targetFor = targetsOf(now);
    const open = tasks.map((task): OpenTask => {
      const chunkId = chunkIdIn(task.series, task.window);
      return { task, target: targetFor(task.series), chunkId, changeId: newChangeId() };
    });
    const chunkIds = open.map(({ chunkId }) => chunkId);
    const batch: Promise<unknown> = collections.chunkTurns
      .run(chunkIds, () => writeBatch(collections, open))
      .then(note)
      .then(() => inFlight.delete(batch)); // one that failed stays, for those who wait
    batch.catch(() => undefined); // nobody waits while the next group is made
    inFlight.add(batch);
  }

  try {
    for await (const tasks of groups)
      for (let start = 0; start < tasks.length; start += BATCH_CHUNKS) {
        if (inFlight.size >= BATCHES_IN_FLIGHT) await Promise.race(inFlight);
        write(tasks.slice(start, start + BATCH_CHUNKS));
      }
    await Promise.all(inFlight);
  } finally {
    await Promise.allSettled(inFlight);
  }
  return { revisionsOf: (series) => revisions.get(series) ?? [], conflicts };
}

/** Tasks of a series mostly follow each other. */
function targetsOf(now: number): (series: SeriesId) => Target {
  let last: Target | undefined;
  return (series) => (last?.series === series ? last : (last = targetOf(series, now)));
}

function targetOf(series: SeriesId, now: number): Target {
  const shape = parseSeriesId(series);
  return { series, now, step: openTimeStep(shape), align: shape.align };
}

export interface ChunkRevision {
  readonly key: string;
  readonly rev: number;
}

/** The id of the change is known before it is written, so that a write whose answer is lost is found again by it. */
interface OpenTask {
  readonly task: ChunkTask;
  readonly target: Target;
  readonly chunkId: string;
  readonly changeId: string;
}

interface SettledChunk extends ChunkRevision {
  readonly series: SeriesId;
}

interface WrittenBatch {
  readonly settled: readonly SettledChunk[];
  readonly givenUp: readonly OpenTask[];
}

/** The chunk as it was read: one that was changed since has another `rev`. */
type ChunkGuard = Pick<ChunkDocument, '_id' | 'rev'>;

const ID_BYTES = 12;
/** For some ids at a time: to ask for those of each takes longer than to encode a small chunk. */
let randomness = Buffer.alloc(0);

function newChangeId(): string {
  if (randomness.length === 0) randomness = randomBytes(ID_BYTES * 256);
  const id = randomness.toString('base64url', 0, ID_BYTES);
  randomness = randomness.subarray(ID_BYTES);
  return id;
}

async function writeBatch(collections: BarsCollections, tasks: readonly OpenTask[]): Promise<WrittenBatch> {
  const all: SettledChunk[] = [];
  const isWorthAnotherTry = newPatience();
  let open = tasks;
  let isFirst = true;
  for (let conflicts = 0; open.length > 0 && conflicts < MAX_ATTEMPTS; isFirst = false) {
    if (conflicts > 0) await pause(Math.random() * 5 * 2 ** conflicts);
    try {
      const { settled, conflicting } = await attemptBatch(collections, open, isFirst);
      for (const one of settled) all.push(one);
      open = conflicting;
      conflicts++;
    } catch (error) {
      if (!(await isWorthAnotherTry(error))) throw error;
    }
  }
  return { settled: all, givenUp: open };
}

async function attemptBatch(
  collections: BarsCollections,
  open: readonly OpenTask[],
  isFirst: boolean,
): Promise<{ settled: SettledChunk[]; conflicting: OpenTask[] }> {
  const { chunks, chunkHistory } = collections;
  const stored = await chunks
    .find(
      { _id: { $in: open.map(({ chunkId }) => chunkId) } },
      // One more than there can be, so that nothing is looked for after the last.
      { batchSize: open.length + 1, ...(isFirst ? { projection: { pending: 0 } } : {}) },
    )
    .toArray();
  const byId = new Map(stored.map((document) => [document._id, document]));
  const applied = isFirst ? undefined : await appliedChanges(collections, stored, open);
  const settled: SettledChunk[] = [];
  const written: { readonly open: OpenTask; readonly rev: number }[] = [];
  const operations: BulkWriteOperation<ChunkDocument>[] = [];
  for (const [index, { task, target, chunkId, changeId }] of open.entries()) {
    if (index % CHUNKS_PER_TURN === CHUNKS_PER_TURN - 1) await nextTurn();
    const { window } = task;
    const document = byId.get(chunkId);
    const content = document && contentOf(document, target.step, window);
    const change = applied?.has(changeId) === true ? undefined : task.decide(content);
    const rev = document?.rev ?? 0;
    if (change === undefined) {
      settled.push({ series: target.series, key: window.key, rev });
      continue;
    }
    const guard = { _id: chunkId, rev };
    const { content: kept, historyTo } = await cutLongLog(chunkHistory, guard, change.content, target.step, window);
    written.push({ open: open[index], rev: rev + 1 });
    operations.push(updateOf(guard, changeId, content, { ...change, content: kept }, target, window, historyTo));
  }
  const conflicts = operations.length === 0 ? new Set<number>() : await bulkUpsert(chunks, operations);
  const conflicting: OpenTask[] = [];
  for (const [index, { open, rev }] of written.entries())
    if (conflicts.has(index)) conflicting.push(open);
    else settled.push({ series: open.target.series, key: open.task.window.key, rev });
  return { settled, conflicting };
}

/** Changes of earlier attempts that were written after all: they wait in their chunk, or are published. */
async function appliedChanges(
  { changes }: BarsCollections,
  stored: readonly ChunkDocument[],
  open: readonly OpenTask[],
): Promise<ReadonlySet<string>> {
  // Looked for after the chunks were read: a change is published before its chunk forgets it.
  const published = await changes
    .find({ changeId: { $in: open.map(({ changeId }) => changeId) } }, { projection: { changeId: 1 } })
    .toArray();
  const waiting = stored.flatMap(({ pending }) => pending ?? []);
  return new Set([...published, ...waiting].map(({ changeId }) => changeId));
}

/** Moves the oldest part of a long revision log to `chunk_history`, before the chunk that loses it is written. */
async function cutLongLog(
  chunkHistory: BarsCollections['chunkHistory'],
  { _id: chunkId, rev }: ChunkGuard,
  content: ChunkContent,
  step: BarInterval,
  window: ChunkWindow,
): Promise<{ content: ChunkContent; historyTo?: number }> {
  if (content.revisions.openTime.length <= MAX_LOG_ENTRIES) return { content };
  const { kept, moved } = cutRevisions(content.revisions, MAX_LOG_ENTRIES);
  const historyTo = moved.observedTo.reduce((newest, time) => Math.max(newest, time), -Infinity);
  // The same rev cut again after a crash writes the same document.
  await chunkHistory.updateOne(
    { _id: `${chunkId}/${String(rev).padStart(12, '0')}` },
    { $set: { chunkId, revisions: encodeRevisions(moved, step, window), observedTo: historyTo } },
    { upsert: true },
  );
  return { content: { bars: content.bars, revisions: kept }, historyTo };
}

function updateOf(
  guard: ChunkGuard,
  changeId: string,
  before: ChunkContent | undefined,
  { content, ...touched }: ChunkChange,
  { series, step, align, now }: Target,
  window: ChunkWindow,
  historyTo: number | undefined,
): BulkWriteOperation<ChunkDocument> {
  const summary = summaryOf(content);
  const earlier = before === undefined ? { count: 0, finalCount: 0 } : summaryOf(before);
  const outline = align === undefined ? outlineText(content.bars, step) : undefined;
  const hasLog = content.revisions.openTime.length > 0;
  return {
    updateOne: {
      filter: guard,
      update: {
        $set: {
          rev: guard.rev + 1,
          bars: encodeBars(content.bars, step, window),
          ...(hasLog ? { revisions: encodeRevisions(content.revisions, step, window) } : {}),
          ...summary,
          ...(outline === undefined ? {} : { outline }),
          ...(historyTo === undefined ? {} : { historyTo }),
        },
        $unset: {
          ...(hasLog ? {} : { revisions: '' }),
          ...(outline === undefined ? { outline: '' } : {}),
          ...(summary.count > 0 ? {} : { first: '', last: '' }),
        },
        $min: { pendingSince: now },
        $push: {
          pending: {
            changeId,
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
