import Type from 'typebox';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { decodeRevisions, parseChunkId, type ChunkDocument, type SeriesHead } from '../../../../chunk/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { checkChunk } from '../../check-chunk.ts';
import type { SystemCollections } from '../../collections.ts';

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

export interface Problem {
  /** Id of the document. */
  readonly where: string;
  readonly kind: 'damagedChunk' | 'wrongSummary' | 'wrongHead' | 'missingHead' | 'missingChange' | 'damagedHistory';
  readonly message: string;
  /** Whether `pocketquant doctor --repair` can mend it. */
  readonly repairable: boolean;
}

/** Reads the whole database again and checks every chunk, summary, series head and change. */
export const verifyDatabase = defineQuery<VerifyReport>()(
  'system.verify-database',
  Type.Object({ onProgress: Type.Optional(Type.Unsafe<(chunks: number, bars: number) => void>({})) }),
);

/** What the chunks of one series add up to. */
interface SeriesTotal {
  count: number;
  finalCount: number;
  first: number | undefined;
  last: number | undefined;
  isUnpublished: boolean;
}

const CHUNKS_PER_TURN = 16;

export function answerVerifyDatabase(collections: SystemCollections): HandlerOf<typeof verifyDatabase> {
  return async ({ onProgress }, { now }) => {
    const problems: Problem[] = [];
    const totals = new Map<string, SeriesTotal>();
    const seen = { chunks: 0, bars: 0, revisions: 0, unpublished: 0 };
    for await (const document of collections.chunks.find({}, { sort: { _id: 1 } })) {
      const check = checkChunk(document, now);
      seen.chunks++;
      if (document.pendingSince !== undefined) seen.unpublished++;
      if (check.state === 'sound') {
        seen.bars += check.bars;
        seen.revisions += check.revisions;
      } else if (check.state === 'wrongSummary')
        problems.push({ where: document._id, kind: 'wrongSummary', message: check.message, repairable: true });
      else problems.push({ where: document._id, kind: 'damagedChunk', message: check.message, repairable: false });
      addToTotal(totals, document);
      if (seen.chunks % CHUNKS_PER_TURN === 0) {
        onProgress?.(seen.chunks, seen.bars);
        await nextTurn();
      }
    }
    problems.push(...(await historyProblems(collections.chunkHistory)));
    problems.push(...headProblems(await collections.series.find({}).toArray(), totals));
    const { count: changes, problem } = await checkChanges(collections.changes);
    if (problem !== undefined) problems.push(problem);
    return { ...seen, series: totals.size, changes, problems };
  };
}

function addToTotal(totals: Map<string, SeriesTotal>, document: ChunkDocument): void {
  const { series } = parseChunkId(document._id);
  const total = totals.get(series) ?? {
    count: 0,
    finalCount: 0,
    first: undefined,
    last: undefined,
    isUnpublished: false,
  };
  total.count += document.count;
  total.finalCount += document.finalCount;
  total.first ??= document.first;
  total.last = document.last ?? total.last;
  total.isUnpublished ||= document.pendingSince !== undefined;
  totals.set(series, total);
}

function headProblems(heads: readonly SeriesHead[], totals: ReadonlyMap<string, SeriesTotal>): Problem[] {
  const headOf = new Map(heads.map((head) => [head._id, head]));
  const problems: Problem[] = [];
  for (const series of new Set([...headOf.keys(), ...totals.keys()])) {
    const head = headOf.get(series);
    const total = totals.get(series) ?? {
      count: 0,
      finalCount: 0,
      first: undefined,
      last: undefined,
      isUnpublished: false,
    };
    if (total.isUnpublished) continue; // the head follows when the change is published
    if (head === undefined) {
      problems.push({
        where: series,
        kind: 'missingHead',
        message: 'The series has chunks but no head',
        repairable: true,
      });
      continue;
    }
    const names = ['count', 'finalCount', 'first', 'last'] as const;
    const wrong = names.filter((name) => head[name] !== total[name]);
    if (wrong.length === 0) continue;
    const message = wrong.map((name) => `${name} is ${head[name]}, the chunks say ${total[name]}`).join('; ');
    problems.push({ where: series, kind: 'wrongHead', message, repairable: true });
  }
  return problems;
}

async function historyProblems(chunkHistory: SystemCollections['chunkHistory']): Promise<Problem[]> {
  const problems: Problem[] = [];
  for await (const { _id, chunkId, revisions } of chunkHistory.find({}, { sort: { _id: 1 } })) {
    try {
      const { interval, window } = parseChunkId(chunkId);
      decodeRevisions(revisions, interval, window);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      problems.push({ where: _id, kind: 'damagedHistory', message: error.message, repairable: false });
    }
  }
  return problems;
}

/** seqs have no holes, but for the oldest changes that are no longer kept. */
async function checkChanges(changes: SystemCollections['changes']): Promise<{ count: number; problem?: Problem }> {
  let count = 0;
  let previous: number | undefined;
  for await (const { _id } of changes.find({}, { projection: { _id: 1 }, sort: { _id: 1 } })) {
    if (previous !== undefined && _id !== previous + 1) {
      const message = `Changes ${previous + 1} to ${_id - 1} are missing`;
      return { count, problem: { where: String(_id), kind: 'missingChange', message, repairable: false } };
    }
    previous = _id;
    count++;
  }
  return { count };
}
