import Type from 'typebox';
import { parseChunkId, type ChunkDocument, type SeriesHead } from '../../../../chunk/index.ts';
import { parseSeriesId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { checkChunk } from '../../check-chunk.ts';
import type { SystemCollections } from '../../collections.ts';

export interface RepairOutcome {
  /** Chunks whose summary was rebuilt from their bars. */
  readonly summariesRebuilt: number;
  /** Series heads that were rebuilt from their chunks. */
  readonly headsRebuilt: number;
  /** Ids of unreadable chunks moved to `damaged_chunks`: import or fetch their windows again. */
  readonly setAside: readonly string[];
  /** Ids of unreadable chunks left where they are, as `setAside` was not asked for. */
  readonly stillDamaged: readonly string[];
}

/**
 * Rebuilds what can be rebuilt from the bars: summaries of chunks and heads of series. With `setAside`, unreadable
 * chunks are moved to `damaged_chunks`, so that their windows can be filled again. Repeating it changes nothing.
 */
export const repairDatabase = defineCommand<RepairOutcome>()(
  'system.repair-database',
  Type.Object({ setAside: Type.Boolean() }),
);

/**
 * @param settle publishes what waits in chunks, so that the heads rebuilt afterwards are not counted up twice
 */
export function handleRepairDatabase(
  collections: SystemCollections,
  settle: () => Promise<void>,
): HandlerOf<typeof repairDatabase> {
  return async ({ setAside }, { now }) => {
    const { chunks } = collections;
    const damaged: string[] = [];
    const moved: string[] = [];
    let summariesRebuilt = 0;
    for await (const document of chunks.find({}, { sort: { _id: 1 } })) {
      const check = checkChunk(document, now);
      if (check.state === 'wrongSummary') {
        await rebuildSummary(chunks, document, check.summary);
        summariesRebuilt++;
      } else if (check.state === 'damaged' && setAside) {
        await moveAside(collections, document, check.message, now);
        moved.push(document._id);
      } else if (check.state === 'damaged') damaged.push(document._id);
    }
    await settle();
    const headsRebuilt = await rebuildHeads(collections);
    return { summariesRebuilt, headsRebuilt, setAside: moved, stillDamaged: damaged };
  };
}

async function rebuildSummary(
  chunks: SystemCollections['chunks'],
  { _id, rev }: ChunkDocument,
  { first, last, ...counts }: { count: number; finalCount: number; first?: number; last?: number },
): Promise<void> {
  const edges = first === undefined || last === undefined ? {} : { first, last };
  const $unset = first === undefined ? ({ first: '', last: '' } as const) : {};
  await chunks.updateOne({ _id, rev }, { $set: { ...counts, ...edges, rev: rev + 1 }, $unset });
}

async function moveAside(
  { chunks, damagedChunks }: SystemCollections,
  chunk: ChunkDocument,
  reason: string,
  now: number,
): Promise<void> {
  const _id = `${chunk._id}/${now}`;
  await damagedChunks.updateOne({ _id }, { $set: { chunk, reason } }, { upsert: true });
  await chunks.deleteOne({ _id: chunk._id, rev: chunk.rev });
}

async function rebuildHeads({ chunks, changes, series }: SystemCollections): Promise<number> {
  const heads = new Map((await series.find({}).toArray()).map((head) => [head._id, head]));
  const [newest] = await changes.find({}, { projection: { _id: 1 }, sort: { _id: -1 }, limit: 1 }).toArray();
  const totals = await totalsOf(chunks);
  let rebuilt = 0;
  for (const [id, total] of totals) {
    const head = heads.get(id);
    heads.delete(id);
    if (head !== undefined && isSame(head, total)) continue;
    const { _id, ...fields } = { ...total, lastSeq: newest?._id ?? 0 };
    await series.updateOne({ _id }, { $set: fields }, { upsert: true });
    rebuilt++;
  }
  // What is left in the map has no chunks any more.
  for (const head of heads.values()) {
    if (head.count === 0) continue;
    await series.updateOne({ _id: head._id }, { $set: { count: 0, finalCount: 0 }, $unset: { first: '', last: '' } });
    rebuilt++;
  }
  return rebuilt;
}

type SeriesTotal = Omit<SeriesHead, 'lastSeq' | 'providers'>;

async function totalsOf(chunks: SystemCollections['chunks']): Promise<Map<string, SeriesTotal>> {
  const totals = new Map<string, SeriesTotal>();
  const summaries = chunks.find({}, { projection: { bars: 0, revisions: 0, pending: 0 }, sort: { _id: 1 } });
  for await (const { _id, count, finalCount, first, last } of summaries) {
    if (count === 0) continue;
    const { series } = parseChunkId(_id);
    const before = totals.get(series) ?? { _id: series, ...parseSeriesId(series), count: 0, finalCount: 0 };
    totals.set(series, {
      ...before,
      ...(before.first === undefined && first !== undefined ? { first } : {}),
      ...(last === undefined ? {} : { last }),
      count: before.count + count,
      finalCount: before.finalCount + finalCount,
    });
  }
  return totals;
}

function isSame(head: SeriesHead, total: SeriesTotal): boolean {
  return (['count', 'finalCount', 'first', 'last'] as const).every((name) => head[name] === total[name]);
}
