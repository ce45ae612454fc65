import Type from 'typebox';
import { parseChunkId, type ChunkDocument, type SeriesHead } from '../../../../chunk/index.ts';
import { parseSeriesId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Database, DocumentSchemas, StoredDocument } from '../../../../platform/database/index.ts';
import { checkChunk } from '../../check-chunk.ts';
import { openSystemCollections, type DamagedDocument, type SystemCollections } from '../../collections.ts';
import { findInvalidBy } from '../../find-invalid.ts';
import { readAll } from '../../read-all.ts';

export interface RepairOutcome {
  /** Documents that an index had lost and that can be found again. */
  readonly filed: readonly string[];
  /** Chunks whose summary was rebuilt from their bars. */
  readonly summariesRebuilt: number;
  /** Series heads that were rebuilt from their chunks. */
  readonly headsRebuilt: number;
  /** Documents that cannot be read and were moved to `damaged_documents`: import or fetch the windows of chunks again. */
  readonly setAside: readonly string[];
  /** Documents that cannot be read, left where they are as `setAside` was not asked for. */
  readonly stillDamaged: readonly string[];
}

/**
 * Rebuilds what can be rebuilt: indexes from the documents, summaries of chunks from their bars, heads of series from
 * both. With `setAside`, documents that cannot be read are moved to `damaged_documents`, so that the windows of chunks
 * can be filled again. Repeating it changes nothing.
 */
export const repairDatabase = defineCommand<RepairOutcome>()(
  'system.repair-database',
  Type.Object({ setAside: Type.Boolean() }),
);

/**
 * @param documents what the documents of each collection look like
 * @param settle publishes what waits in chunks, so that the heads rebuilt afterwards are not counted up twice
 */
export function handleRepairDatabase(
  database: Database,
  documents: DocumentSchemas,
  settle: () => Promise<void>,
): HandlerOf<typeof repairDatabase> {
  const collections = openSystemCollections(database);
  return async ({ setAside }, { now }) => {
    const file = (await database.mend?.(setAside)) ?? { filed: [], setAside: [], left: [] };
    const moved = [...file.setAside];
    const left = [...file.left];
    let summariesRebuilt = 0;

    async function setAsideOrLeave(name: string, document: StoredDocument, reason: string): Promise<void> {
      const where = name === 'chunks' ? String(document._id) : `${name} ${document._id}`;
      if (setAside) await moveAside(database, name, document, { _id: `${where} ${now}`, collection: name, reason });
      (setAside ? moved : left).push(where);
    }

    for (const [name, schema] of Object.entries(documents)) {
      const findInvalid = findInvalidBy(schema);
      for await (const document of readAll(database.collection(name))) {
        const invalid = findInvalid(document);
        if (invalid !== undefined) await setAsideOrLeave(name, document, invalid);
        else if (name === 'chunks') {
          const chunk = document as ChunkDocument;
          const check = checkChunk(chunk);
          if (check.state === 'damaged') await setAsideOrLeave(name, chunk, check.message);
          if (check.state !== 'wrongSummary') continue;
          await rebuildSummary(collections.chunks, chunk, check.summary);
          summariesRebuilt++;
        }
      }
    }
    await settle();
    const headsRebuilt = await rebuildHeads(collections, new Set(left));
    return { filed: file.filed, summariesRebuilt, headsRebuilt, setAside: moved, stillDamaged: left };
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
  database: Database,
  name: string,
  document: StoredDocument & { readonly rev?: number },
  { _id: asideId, ...about }: Omit<DamagedDocument, 'document' | 'bytes'>,
): Promise<void> {
  const { damagedDocuments } = openSystemCollections(database);
  await damagedDocuments.updateOne({ _id: asideId }, { $set: { ...about, document } }, { upsert: true });
  const { _id, rev } = document;
  const guard = rev === undefined ? { _id } : { _id, rev }; // unless it was written meanwhile
  await database.collection<StoredDocument & { readonly rev?: number }>(name).deleteOne(guard);
}

async function rebuildHeads(
  { chunks, changes, series }: SystemCollections,
  damaged: ReadonlySet<string>,
): Promise<number> {
  const heads = new Map<string, SeriesHead>();
  for await (const head of readAll(series)) heads.set(head._id, head);
  const [newest] = await changes.find({}, { projection: { _id: 1 }, sort: { _id: -1 }, limit: 1 }).toArray();
  const totals = await totalsOf(chunks, damaged);
  let rebuilt = 0;
  for (const [id, total] of totals) {
    const head = heads.get(id);
    heads.delete(id);
    if (head !== undefined && isSame(head, total)) continue;
    const providers = head?.providers ?? (await providersOf(chunks, id, damaged));
    const { _id, ...fields } = { ...total, providers, lastSeq: newest?._id ?? 0 };
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

async function totalsOf(
  chunks: SystemCollections['chunks'],
  damaged: ReadonlySet<string>,
): Promise<Map<string, SeriesTotal>> {
  const totals = new Map<string, SeriesTotal>();
  for await (const { _id, count, finalCount, first, last } of readAll(chunks, { bars: 0, revisions: 0, pending: 0 })) {
    if (count === 0 || damaged.has(_id)) continue;
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

async function providersOf(
  chunks: SystemCollections['chunks'],
  series: string,
  damaged: ReadonlySet<string>,
): Promise<string[]> {
  const providers = new Set<string>();
  for await (const chunk of readAll(chunks)) {
    if (damaged.has(chunk._id) || parseChunkId(chunk._id).series !== series) continue;
    const check = checkChunk(chunk);
    if (check.state === 'sound') for (const provider of check.content.bars.providers) providers.add(provider);
  }
  return [...providers];
}

function isSame(head: SeriesHead, total: SeriesTotal): boolean {
  return (['count', 'finalCount', 'first', 'last'] as const).every((name) => head[name] === total[name]);
}
