import { setImmediate as nextTurn } from 'node:timers/promises';
import { chunkIdIn, chunkWindow, type ChunkDocument, type ChunkWindow } from '../../../chunk/index.ts';
import {
  parseSeriesId,
  type BarColumns,
  type BarInterval,
  type InstrumentId,
  type Span,
} from '../../../market/index.ts';
import { outlastFailover } from '../../../platform/database/index.ts';
import { InvalidRequestError, NotFoundError, type ErrorCode } from '../../../platform/errors/index.ts';
import { cursorAfter, placeOfCursor, type CursorScope } from '../../../platform/paging/index.ts';
import { together } from '../../../platform/waiting/index.ts';
import type { BarsCollections } from '../collections.ts';
import { scopeOf, type BarsQuestion } from './bars-question.ts';
import { manyReads, type ManyBarsPort } from './many-reads.ts';
import { openPlanned, type OpenAnswer } from './open-answer.ts';
import { readsOutlines } from './outlined-chunks.ts';
import { planAnswer, type AnswerPlan, type PlanReads } from './plan-answer.ts';
import { decodeBatch, projectionOf, type ReadPlan } from './read-bars.ts';
import { sharedRuns } from './shared-runs.ts';

/** A question about bars, of many instruments. */
export interface ManyQuestion extends Omit<BarsQuestion, 'instrumentId'> {
  /** In ascending order, each once. */
  readonly instrumentIds: readonly InstrumentId[];
  /** What else a cursor belongs to. */
  readonly scope: CursorScope;
}

/** A series that cannot be answered, and why; it does not stop the others. */
export interface RefusedSeries {
  readonly instrumentId: InstrumentId;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is known when the last series was read. */
export interface ManyEnd {
  /** Instruments that are neither registered nor have any bar. */
  readonly unknown: readonly InstrumentId[];
  readonly refused: readonly RefusedSeries[];
  /** Where the next answer begins; `undefined` if nothing was left. */
  readonly nextCursor: string | undefined;
}

export interface OpenMany {
  /** One answer a series, in order of their names. The bars of one are to be read before the next is asked for. */
  answers(): AsyncGenerator<OpenAnswer>;
  /** To be called when `answers` has ended. */
  end(): ManyEnd;
}

/** Series that are planned in one go, with their first chunks: few at first, so that a small page reads little. */
const FIRST_GROUP = 8;
const LARGEST_GROUP = 256;
const CHUNKS_PER_GROUP = 768;
/** Series of one answer; the rest is had by the cursor. */
const MOST_SERIES = 10_000;
/** A series of more is read by itself, as a range. */
const MOST_CHUNKS_OF_A_SERIES = 16;
const CHUNKS_PER_READ = 128;
/** About 2 ms of decoding: others get their turn in between. */
const CHUNKS_PER_TURN = 24;

/** Refusals that speak of one instrument; others are of the question as a whole. */
const OF_ONE_SERIES: ReadonlySet<string> = new Set(['NO_SCHEDULE', 'NO_SESSIONS', 'NO_SUITABLE_INTERVAL']);

/** What the last series of the page before was told up to; all of it where there is no time. */
const PLACE = /^(-?\d{1,15})? (.+)$/s;

type Plan = AnswerPlan<AsyncIterable<BarColumns>>;

/**
 * Plans the answers to one question about many series. What they need of the database is asked for many at a time, and
 * memory does not grow with their number.
 * @throws InvalidRequestError `INVALID_CURSOR`, `CURSOR_MISMATCH` at once; the rest as `openAnswer`, while it is read
 */
export function openMany(
  collections: BarsCollections,
  port: ManyBarsPort,
  { instrumentIds, scope, limit = Infinity, cursor, ...common }: ManyQuestion,
  now: number,
  listedRanges?: number,
): OpenMany {
  const [, resumeAfter, resumed] = cursor === undefined ? [] : (PLACE.exec(placeOfCursor(cursor, PLACE, scope)) ?? []);
  const ids = instrumentIds.filter((id) => resumed === undefined || id > resumed || (id === resumed && resumeAfter));
  const unknown: InstrumentId[] = [];
  const refused: RefusedSeries[] = [];
  const runs = sharedRuns();
  const windowsOf = rememberedWindows();
  let remaining = limit;
  /** The last series that this answer tells of, where it is not the last of all, and up to which time if it was cut. */
  let cut: { readonly id: InstrumentId; readonly after?: number | undefined } | undefined;

  const questionOf = (id: InstrumentId): BarsQuestion => {
    const question = { ...common, instrumentId: id };
    return id === resumed && resumeAfter !== undefined
      ? { ...question, cursor: cursorAfter(resumeAfter, scopeOf(question)) }
      : question;
  };

  async function plan(reads: PlanReads, chunksOf: ChunksOf, id: InstrumentId): Promise<Plan | undefined> {
    async function begin(read: ReadPlan): Promise<AsyncIterable<BarColumns> | undefined> {
      const chunkIds = chunkIdsOf(read, windowsOf);
      const found = chunkIds.length === 0 ? [] : await chunksOf(chunkIds);
      return found.length === 0 ? undefined : decodedInOne(collections, read, found);
    }

    try {
      return { ...(await planAnswer(reads, questionOf(id), now, begin)), sharedRuns: runs };
    } catch (error) {
      if (error instanceof NotFoundError) unknown.push(id);
      else if (error instanceof InvalidRequestError && OF_ONE_SERIES.has(error.code))
        refused.push({ instrumentId: id, code: error.code, message: error.message });
      else throw error;
      return undefined;
    }
  }

  async function* answers(): AsyncGenerator<OpenAnswer> {
    const reads = await manyReads(collections, port, common.asOf);
    const chunksOf = together((wanted: readonly (readonly string[])[]) =>
      documentsOf(collections, wanted, common.asOf),
    );
    const asked = ids.slice(0, MOST_SERIES);
    const largest = Math.min(LARGEST_GROUP, Math.floor(CHUNKS_PER_GROUP / chunksOfOne()));
    for (let at = 0, size = FIRST_GROUP; at < asked.length; at += size, size = Math.min(2 * size, largest)) {
      // The one before has ended by now.
      const group = asked.slice(at, at + size);
      const plans = (await Promise.all(group.map((id) => plan(reads, chunksOf, id)))).filter(
        (one) => one !== undefined,
      );
      for await (const planned of withTheirChunks(collections, plans, common, windowsOf)) {
        if (remaining === 0) return;
        yield* answerOf(planned);
        if (cut !== undefined) return;
      }
    }
    if (ids.length > MOST_SERIES) cut = { id: asked[MOST_SERIES - 1] };
  }

  /** How many chunks a series may have in the range. */
  function chunksOfOne(): number {
    const { interval, from, to } = common;
    return from === undefined || to === undefined ? 1 : windowsOf({ from, to }, interval).length;
  }

  async function* answerOf(planned: Plan): AsyncGenerator<OpenAnswer> {
    const { id } = planned;
    const question = { ...questionOf(id), ...(remaining === Infinity ? {} : { limit: remaining }) };
    const answer = await openPlanned(collections, port, question, planned, now, { listedRanges });
    let last: number | undefined;
    async function* batches(barsPerBatch: number): AsyncGenerator<BarColumns> {
      for await (const batch of answer.batches(barsPerBatch)) {
        remaining -= batch.openTime.length;
        last = batch.openTime[batch.openTime.length - 1];
        yield batch;
      }
    }
    yield { ...answer, batches };
    const { truncated } = answer.end().completeness;
    if (truncated) cut = { id, after: last };
    else if (remaining === 0 && id !== ids.at(-1)) cut = { id };
  }

  return {
    answers,
    end() {
      const last = cut;
      if (last === undefined) return { unknown, refused, nextCursor: undefined };
      return {
        // Of those that were planned ahead the next answer tells.
        unknown: unknown.filter((id) => id < last.id),
        refused: refused.filter(({ instrumentId: id }) => id < last.id),
        nextCursor: cursorAfter(`${last.after ?? ''} ${last.id}`, scope),
      };
    },
  };
}

/** Plans with the bars of those that few chunks hold, which are read for many series at a time. */
async function* withTheirChunks(
  collections: BarsCollections,
  plans: readonly Plan[],
  { interval, asOf }: Pick<BarsQuestion, 'interval' | 'asOf'>,
  windowsOf: WindowsOf,
): AsyncGenerator<Plan> {
  let batch: { readonly plan: Plan; readonly ids: readonly string[] }[] = [];
  let chunks = 0;
  let decoded = 0;
  for (const [i, plan] of plans.entries()) {
    const { read, first } = plan;
    const ids = read === undefined || readsOutlines(plan, interval) ? [] : chunkIdsOf(read, windowsOf);
    batch.push({ plan, ids });
    if (first === undefined) chunks += ids.length;
    if (chunks < CHUNKS_PER_READ && i < plans.length - 1) continue;
    const documents = await documentsOf(
      collections,
      batch.map((one) => (one.plan.first === undefined ? one.ids : [])),
      asOf,
    );
    for (const [place, { plan: one, ids: own }] of batch.entries()) {
      const { read: ownRead } = one;
      if (one.first !== undefined || own.length === 0 || ownRead === undefined) yield one;
      else yield { ...one, first: decodedInOne(collections, ownRead, documents[place]) };
      decoded += own.length;
      if (decoded >= CHUNKS_PER_TURN) {
        decoded = 0;
        await nextTurn();
      }
    }
    batch = [];
    chunks = 0;
  }
}

async function* decodedInOne(
  collections: BarsCollections,
  plan: ReadPlan,
  documents: readonly ChunkDocument[],
): AsyncGenerator<BarColumns> {
  const columns = await decodeBatch(collections, plan, [...documents]);
  if (columns.openTime.length > 0) yield columns;
}

/** The chunks of some ids for each that asks, in the order of their ids. */
async function documentsOf(
  { chunks }: BarsCollections,
  wanted: readonly (readonly string[])[],
  asOf: number | undefined,
): Promise<readonly (readonly ChunkDocument[])[]> {
  const ids = wanted.flat();
  if (ids.length === 0) return wanted.map(() => []);
  const options = { projection: projectionOf({ asOf }), batchSize: ids.length + 1 }; // one more than there can be: no second look
  const found = await outlastFailover(() => chunks.find({ _id: { $in: ids } }, options).toArray());
  const byId = new Map(found.map((document) => [document._id, document]));
  return wanted.map((own) => own.flatMap((id) => byId.get(id) ?? []));
}

type ChunksOf = (ids: readonly string[]) => Promise<readonly ChunkDocument[]>;
type WindowsOf = (range: Span, interval: BarInterval) => readonly ChunkWindow[];

function rememberedWindows(): WindowsOf {
  let known: { readonly range: Span; readonly interval: BarInterval; readonly windows: readonly ChunkWindow[] };
  return (range, interval) => {
    if (known?.interval !== interval || known.range.from !== range.from || known.range.to !== range.to)
      known = { range, interval, windows: windowsIn(range, interval) };
    return known.windows;
  };
}

/** The windows of a range, as far as one more than may be read by their ids. */
function windowsIn({ from, to }: Span, interval: BarInterval): ChunkWindow[] {
  const windows: ChunkWindow[] = [];
  for (
    let time: number = from;
    time < to && windows.length <= MOST_CHUNKS_OF_A_SERIES;
    time = windows[windows.length - 1].to
  )
    windows.push(chunkWindow(time, interval));
  return windows;
}

/** The ids of the chunks to read, in the order in which they are read; none if they are too many. */
function chunkIdsOf({ series, range, order }: ReadPlan, windowsOf: WindowsOf): readonly string[] {
  const windows = windowsOf(range, parseSeriesId(series).interval);
  if (windows.length > MOST_CHUNKS_OF_A_SERIES) return [];
  const ids = windows.map((window) => chunkIdIn(series, window));
  return order === 'asc' ? ids : ids.reverse();
}
