import Type from 'typebox';
import {
  idsOfSeries,
  namesOfSeries,
  type ChunkDocument,
  type ChunkSummary,
  type SeriesHead,
} from '../../../../chunk/index.ts';
import type { SeriesId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import {
  checkedDocuments,
  inIdOrder,
  moveAside,
  type Database,
  type DocumentSchemas,
  type StoredDocument,
} from '../../../../platform/database/index.ts';
import { checkChunk } from '../../checking/check-chunk.ts';
import { SeriesTotals } from '../../checking/series-totals.ts';
import type { BarsCollections } from '../../collections.ts';
import { newestChange } from '../../newest-change.ts';

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
  'bars.repair-database',
  Type.Object({ setAside: Type.Boolean() }),
);

/**
 * @param documents what the documents of each collection look like
 * @param settle publishes what waits in chunks, so that the heads rebuilt afterwards are not counted up twice
 */
export function handleRepairDatabase(
  database: Database,
  collections: BarsCollections,
  documents: DocumentSchemas,
  settle: () => Promise<void>,
): HandlerOf<typeof repairDatabase> {
  return async ({ setAside }, { now }) => {
    const file = (await database.mend?.(setAside)) ?? { filed: [], setAside: [], left: [] };
    const moved = [...file.setAside];
    const left = [...file.left];
    let summariesRebuilt = 0;

    async function setAsideOrLeave(name: string, document: StoredDocument, reason: string): Promise<void> {
      const where = name === 'chunks' ? String(document._id) : `${name} ${document._id}`;
      if (setAside) await moveAside(database, document, { _id: `${where} ${now}`, collection: name, reason });
      (setAside ? moved : left).push(where);
    }

    for (const [name, schema] of Object.entries(documents)) {
      for await (const { document, invalid } of checkedDocuments(database, name, schema)) {
        if (invalid !== undefined) await setAsideOrLeave(name, document, invalid);
        else if (name === 'chunks') {
          const chunk = document as ChunkDocument;
          const check = checkChunk(chunk);
          if (check.state === 'damaged') await setAsideOrLeave(name, chunk, check.message);
          if (check.state !== 'wrongSummary') continue;
          await rebuildSummary(collections.chunks, chunk, check);
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
  chunks: BarsCollections['chunks'],
  { _id, rev }: ChunkDocument,
  { summary, outline }: { readonly summary: ChunkSummary; readonly outline: string | undefined },
): Promise<void> {
  const told = { ...summary, ...(outline === undefined ? {} : { outline }) };
  const untold = { ...absentEdges(summary), ...(outline === undefined ? { outline: '' as const } : {}) };
  await chunks.updateOne({ _id, rev }, { $set: { ...told, rev: rev + 1 }, $unset: untold });
}

function absentEdges({ first, last }: ChunkSummary): { first?: ''; last?: '' } {
  return first === undefined || last === undefined ? { first: '', last: '' } : {};
}

async function rebuildHeads(
  { chunks, changes, series }: BarsCollections,
  damaged: ReadonlySet<string>,
): Promise<number> {
  const heads: SeriesHead[] = [];
  for await (const head of inIdOrder(series, { skipsDamaged: true })) heads.push(head);
  const totals = new SeriesTotals();
  const projection = { bars: 0, revisions: 0, pending: 0 } as const;
  for await (const chunk of inIdOrder(chunks, { projection, skipsDamaged: true }))
    if (chunk.count > 0 && !damaged.has(chunk._id)) totals.add(chunk);
  const lastSeq = (await newestChange(changes))?._id ?? 0;
  const wrong = totals.wrongHeads(heads);
  for (const { series: _id, head, total } of wrong) {
    const about = head === undefined ? await aboutSeries(chunks, _id, damaged) : {};
    const $set = { ...about, ...total, lastSeq };
    await series.updateOne({ _id }, { $set, $unset: absentEdges(total) }, { upsert: true });
  }
  return wrong.length;
}

/** What a head says of its series besides what its chunks add up to. */
async function aboutSeries(
  chunks: BarsCollections['chunks'],
  id: string,
  damaged: ReadonlySet<string>,
): Promise<Pick<SeriesHead, 'instrumentId' | 'withoutCase' | 'interval' | 'providers'>> {
  const providers = new Set<string>();
  for await (const chunk of inIdOrder(chunks, { range: idsOfSeries(id as SeriesId), skipsDamaged: true })) {
    if (damaged.has(chunk._id)) continue;
    const check = checkChunk(chunk);
    if (check.state === 'sound') for (const provider of check.content.bars.providers) providers.add(provider);
  }
  return { ...namesOfSeries(id), providers: [...providers] };
}
