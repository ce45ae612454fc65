import Type from 'typebox';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  decodeRevisions,
  parseChunkId,
  type ChunkDocument,
  type ChunkHistoryDocument,
  type SeriesHead,
} from '../../../../chunk/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import {
  checkedDocuments,
  type Database,
  type DocumentSchemas,
  type StoredDocument,
} from '../../../../platform/database/index.ts';
import { StoreError } from '../../../../platform/errors/index.ts';
import { checkChunk } from '../../checking/check-chunk.ts';
import { SeriesTotals, type WrongHead } from '../../checking/series-totals.ts';

export interface VerifyReport {
  readonly chunks: number;
  readonly bars: number;
  readonly revisions: number;
  readonly series: number;
  readonly changes: number;
  /** Chunks whose changes wait for the relay: no fault, only not published yet. */
  readonly unpublished: number;
  readonly problems: readonly Problem[];
}

/** What was read so far. */
export type VerifyProgress = Pick<VerifyReport, 'chunks' | 'bars'>;

export interface Problem {
  /** Id of the document, or the file. */
  readonly where: string;
  readonly kind:
    | 'damagedFile'
    | 'damagedDocument'
    | 'wrongIndex'
    | 'invalidDocument'
    | 'damagedChunk'
    | 'wrongSummary'
    | 'wrongHead'
    | 'missingHead'
    | 'missingChange'
    | 'damagedHistory';
  readonly message: string;
  /** Whether `pocketquant doctor --repair` can mend it. */
  readonly repairable: boolean;
}

/** Reads the whole database again: the file itself, every document of every collection, and what chunks hold. */
export const verifyDatabase = defineQuery<VerifyReport, VerifyProgress>()('bars.verify-database', Type.Object({}));

const DOCUMENTS_PER_TURN = 16;
const KIND_OF_FAULT = { file: 'damagedFile', index: 'wrongIndex', document: 'damagedDocument' } as const;

/** @param documents what the documents of each collection look like; collections beside these are not read */
export function answerVerifyDatabase(database: Database, documents: DocumentSchemas): HandlerOf<typeof verifyDatabase> {
  return async (_input, { onProgress }) => {
    const problems: Problem[] = [];
    const heads: SeriesHead[] = [];
    const totals = new SeriesTotals();
    const unpublished = new Set<string>();
    const seen = { chunks: 0, bars: 0, revisions: 0, unpublished: 0 };
    let lastSeq: number | undefined;
    let changes = 0;

    function report(where: string, kind: Problem['kind'], message: string, repairable = false): void {
      problems.push({ where, kind, message, repairable });
    }

    function readChunk(document: ChunkDocument): void {
      const check = checkChunk(document);
      seen.chunks++;
      if (document.pendingSince !== undefined) {
        seen.unpublished++;
        unpublished.add(parseChunkId(document._id).series);
      }
      if (check.state === 'sound') {
        seen.bars += check.content.bars.openTime.length;
        seen.revisions += check.content.revisions.openTime.length;
      } else if (check.state === 'wrongSummary') report(document._id, 'wrongSummary', check.message, true);
      else report(document._id, 'damagedChunk', check.message);
      totals.add(document);
    }

    function readHistory({ _id, chunkId, revisions }: ChunkHistoryDocument): void {
      try {
        const { step, window } = parseChunkId(chunkId);
        decodeRevisions(revisions, step, window);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        report(_id, 'damagedHistory', error.message);
      }
    }

    /** seqs have no holes, but for the oldest changes that are no longer kept. */
    function readChange({ _id: seq }: { readonly _id: number }): void {
      if (lastSeq !== undefined && seq !== lastSeq + 1)
        report(String(seq), 'missingChange', `Changes ${lastSeq + 1} to ${seq - 1} are missing`);
      lastSeq = seq;
      changes++;
    }

    const readers: Readonly<Record<string, (document: never) => void>> = {
      chunks: readChunk,
      chunk_history: readHistory,
      changes: readChange,
      series: (head: SeriesHead) => heads.push(head),
    };

    async function readCollection(name: string): Promise<void> {
      const read = readers[name] as ((document: StoredDocument) => void) | undefined;
      let inTurn = 0;
      for await (const { document, invalid } of checkedDocuments(database, name, documents[name])) {
        if (invalid === undefined) read?.(document);
        else report(`${name} ${document._id}`, 'invalidDocument', invalid);
        if (++inTurn % DOCUMENTS_PER_TURN > 0) continue;
        onProgress(seen);
        await nextTurn();
      }
    }

    for (const { where, kind, message } of database.faults?.() ?? [])
      report(where, KIND_OF_FAULT[kind], message, kind === 'index');
    for (const name of Object.keys(documents))
      try {
        await readCollection(name);
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'DATABASE_DAMAGED') throw error;
        report(name, 'damagedFile', error.message);
      }
    // The head of an unpublished series follows when its change is published.
    const wrong = totals.wrongHeads(heads).filter(({ series }) => !unpublished.has(series));
    problems.push(...wrong.map(headProblem));
    return { ...seen, series: totals.size, changes, problems };
  };
}

function headProblem({ series, head, message }: WrongHead): Problem {
  return { where: series, kind: head === undefined ? 'missingHead' : 'wrongHead', message, repairable: true };
}
