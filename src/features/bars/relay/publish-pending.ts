import {
  parseChunkId,
  type ChangeRecord,
  type ChunkDocument,
  type Edges,
  type PublishedChange,
  type SeriesHead,
  namesOfSeries,
} from '../../../chunk/index.ts';
import type { SeriesId } from '../../../market/index.ts';
import type { BulkWriteOperation } from '../../../platform/database/index.ts';
import type { BarsCollections } from '../collections.ts';
import { newestChange } from '../newest-change.ts';
import { findEdges, type GrownSeries, type WaitingChunk } from './find-edges.ts';

const BATCH_CHUNKS = 256;

/**
 * Publishes what chunks hold in `pending`, one batch: gives each change the next seq, brings the series heads up to
 * it, then clears it from its chunk. Each step may be repeated: a change is known by its `changeId`, a head by the
 * last seq it has seen, a cleared chunk by its `rev`. seqs are handed out without holes.
 * @returns the changes published, in order; none where nothing waits
 */
export async function publishPending(collections: BarsCollections): Promise<readonly PublishedChange[]> {
  const { chunks } = collections;
  const waiting = await chunks
    .find(
      { pendingSince: { $gt: 0 } },
      { projection: { bars: 0, revisions: 0 }, sort: { pendingSince: 1 }, limit: BATCH_CHUNKS },
    )
    .toArray();
  if (waiting.length === 0) return [];
  const published = await publish(
    collections.changes,
    waiting.flatMap(({ pending }) => pending ?? []),
  );
  await updateHeads(collections, published, waiting);
  await clearPending(chunks, waiting);
  return published;
}

/** @returns all given changes with their seqs, also those that an earlier, interrupted run had published */
async function publish(
  changes: BarsCollections['changes'],
  records: readonly ChangeRecord[],
): Promise<readonly PublishedChange[]> {
  const earlier = await changes.find({ changeId: { $in: records.map(({ changeId }) => changeId) } }).toArray();
  const known = new Set(earlier.map(({ changeId }) => changeId));
  let seq = (await newestChange(changes))?._id ?? 0;
  const fresh = records.filter(({ changeId }) => !known.has(changeId)).map((record) => ({ _id: ++seq, ...record }));
  // In order: whoever sees a seq has seen, or can see, all before it. Another relay's seq fails the insert.
  if (fresh.length > 0) await changes.insertMany(fresh, { ordered: true });
  return [...earlier, ...fresh].sort((a, b) => a._id - b._id);
}

async function updateHeads(
  collections: BarsCollections,
  published: readonly PublishedChange[],
  waiting: readonly WaitingChunk[],
): Promise<void> {
  const bySeries = Map.groupBy(published, ({ series }) => series);
  const heads = await collections.series.find({ _id: { $in: [...bySeries.keys()] } }).toArray();
  const headOf = new Map(heads.map((head) => [head._id, head]));
  const chunksOf = Map.groupBy(waiting, ({ _id }) => parseChunkId(_id).series);
  const grown = [...bySeries].flatMap(([id, changes]): GrownSeries[] => {
    const series = id as SeriesId;
    const head = headOf.get(series);
    const unseen = changes.filter(({ _id }) => _id > (head?.lastSeq ?? 0));
    return unseen.length === 0 ? [] : [{ series, head, unseen, chunks: chunksOf.get(series) ?? [] }];
  });
  if (grown.length === 0) return;
  const edgesOf = await findEdges(collections.chunks, grown);
  const operations = grown.map((one) => headUpdate(one, edgesOf.get(one.series)));
  await collections.series.bulkWrite(operations, { ordered: false });
}

function headUpdate(
  { series, head, unseen }: GrownSeries,
  { first, last }: Edges = {},
): BulkWriteOperation<SeriesHead> {
  const total = (count: (change: PublishedChange) => number): number =>
    unseen.reduce((sum, change) => sum + count(change), 0);
  const lastSeq = unseen[unseen.length - 1]._id;
  const isEmpty = first === undefined || last === undefined;
  return {
    updateOne: {
      filter: { _id: series, lastSeq: head?.lastSeq ?? 0 },
      update: {
        $set: { ...namesOfSeries(series), lastSeq, ...(isEmpty ? {} : { first, last }) },
        $unset: isEmpty ? { first: '', last: '' } : {},
        $inc: { count: total(({ count }) => count), finalCount: total(({ finalCount }) => finalCount) },
        $addToSet: { providers: { $each: [...new Set(unseen.flatMap(({ providers }) => providers))] } },
      },
      upsert: true,
    },
  };
}

/** A chunk that was written again meanwhile has another `rev` and keeps its pending changes for the next run. */
async function clearPending(
  chunks: BarsCollections['chunks'],
  waiting: readonly Pick<ChunkDocument, '_id' | 'rev' | 'count'>[],
): Promise<void> {
  const operations = waiting.map(({ _id, rev, count }): BulkWriteOperation<ChunkDocument> =>
    count === 0
      ? { deleteOne: { filter: { _id, rev } } }
      : { updateOne: { filter: { _id, rev }, update: { $unset: { pending: '', pendingSince: '' } } } },
  );
  await chunks.bulkWrite(operations, { ordered: false });
}
