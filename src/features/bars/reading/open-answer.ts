import {
  BAR_STATES, closeTimeOf, DAY_MS, epochMs, expectedRuns, firstOpenTimeFrom, fixedStepMs, instrumentId, openTimeAt, PROVISIONAL, reverseColumns, seriesId, sliceColumns,
  type BarColumns, type BarInterval, type InstrumentId, type PriceBasis, type SeriesId, type SessionSchedule, type TimeRange, type TrackedSessions,
} from '../../../market/index.ts'; // prettier-ignore
import { NotFoundError } from '../../../platform/errors/index.ts';
import type { BarsCollections } from '../collections.ts';
import { requireRange } from '../range.ts';
import { edgeOf } from './series-edges.ts';
import { tallyCompleteness, type AskedSpan, type Completeness, type Expectation } from './completeness.ts';
import { cursorAfter, openTimeOfCursor } from './cursor.ts';
import { deriveBars } from './derive-bars.ts';
import { readBars, type Order } from './read-bars.ts';
import { selectClosed, selectFinal } from './select-bars.ts';
import { isAnythingStored, storedIntervalFor } from './stored-interval.ts';

/** What is known of an instrument that decides which bars are expected. */
export interface InstrumentFacts {
  readonly isRegistered: boolean;
  /** `undefined` where it is not known when the instrument trades. */
  readonly schedule: SessionSchedule | undefined;
  readonly sessions: TrackedSessions;
  readonly listedFrom: number | undefined;
  readonly listedTo: number | undefined;
}

export interface SeriesLedger {
  /** What its prices mean; `undefined` where no provider said: as they were traded. */
  readonly basis: PriceBasis | undefined;
  /** What providers were asked for in the range; ascending and disjoint. */
  readonly asked: readonly AskedSpan[];
}

/** What this slice needs of others. */
export interface BarsKnowledge {
  readonly findInstrument: (id: InstrumentId) => Promise<InstrumentFacts>;
  /** What is known of where a series came from, as of `asOf`. */
  readonly findLedger: (series: SeriesId, range: TimeRange, asOf: number | undefined) => Promise<SeriesLedger>;
}

export interface BarsQuestion {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly from?: number;
  readonly to?: number;
  readonly limit?: number;
  readonly order?: Order;
  readonly cursor?: string;
  readonly asOf?: number;
  readonly minState?: 'provisional' | 'final';
}

/** What an answer says of itself, whatever form its bars have. */
export interface AnswerHead {
  readonly instrumentId: InstrumentId;
  readonly interval: BarInterval;
  /** The interval the bars were read from; finer than `interval` where they were derived; `undefined` if none is stored. */
  readonly storedInterval: BarInterval | undefined;
  /** What the stored prices mean: as traded, or adjusted for splits by a vendor that gives nothing else. */
  readonly basis: PriceBasis;
  /** What was applied to them on reading. */
  readonly adjustment: 'raw';
  /** UTC epoch ms; `undefined` for the newest values. */
  readonly asOf: number | undefined;
}

/** What is known when the last bar was read. */
export interface AnswerEnd {
  readonly completeness: Completeness;
  /** Where the next page begins; `undefined` if nothing was cut off. */
  readonly nextCursor: string | undefined;
}

export interface OpenAnswer {
  readonly head: AnswerHead;
  /** The bars in the order asked for, once; memory does not grow with their number. */
  batches(barsPerBatch: number): AsyncGenerator<BarColumns>;
  /** To be called when `batches` has ended. */
  end(): AnswerEnd;
}

const MAX_QUARANTINED = 10_000;

/**
 * Plans the answer to a question about bars; nothing but the series' edges is read before `batches` is.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export async function openAnswer(
  collections: BarsCollections,
  { findInstrument, findLedger }: BarsKnowledge,
  question: BarsQuestion,
  now: number,
  listedRanges?: number,
): Promise<OpenAnswer> {
  const id = instrumentId(question.instrumentId);
  const { interval, asOf, limit = Infinity, order = 'asc', minState = 'provisional' } = question;
  const { limit: _limit, cursor, ...scope } = question;
  const { chunks } = collections;

  async function rangeOf(source: SeriesId | undefined): Promise<TimeRange> {
    const wanted = await askedRange(chunks, source, question, now);
    return cursor === undefined ? wanted : pageOf(wanted, openTimeOfCursor(cursor, scope), interval, order);
  }

  /** A page of the interval itself, which mostly is stored: the chunk that tells so is the one that is needed next. */
  async function beginPage() {
    if (limit === Infinity || needsEdges(question)) return undefined;
    const series = seriesId(id, interval);
    const range = await rangeOf(undefined);
    const ledger = await findLedger(series, range, asOf); // before the bars, lest what comes in between counts as empty
    const bars = await begun(readBars(collections, { series, interval, range, order, asOf }, limit + 1));
    return bars && { range, ledger, bars };
  }

  const [facts, page] = await Promise.all([findInstrument(id), beginPage()]);
  const stored = page === undefined ? await storedIntervalFor(chunks, id, interval) : interval;
  if (stored === undefined && !facts.isRegistered && !(await isAnythingStored(chunks, id)))
    throw new NotFoundError(
      'INSTRUMENT_NOT_FOUND',
      `Nothing is stored for ${id}; GET /symbols or "pocketquant symbols" shows what is`,
    );

  const source = stored === undefined ? undefined : seriesId(id, stored);
  const range = page?.range ?? (await rangeOf(source));
  const knownUntil = Math.min(now, asOf ?? now);
  const { schedule, sessions, listedFrom, listedTo } = facts;
  const { basis, asked } = page?.ledger ?? (await findLedger(source ?? seriesId(id, interval), range, asOf));
  // Where nothing is expected, nothing is missing that could need the reason of a refused bar.
  const quarantined =
    schedule === undefined || source === undefined
      ? []
      : await quarantinedIn(collections.quarantine, source, range, interval);
  const expectation: Expectation = {
    interval,
    runsIn: schedule && ((covered) => expectedRuns(schedule, covered, interval, sessions)),
    asked,
    listedFrom,
    listedTo,
    knownUntil,
    quarantined,
  };
  const tally = tallyCompleteness(expectation, range, order, listedRanges);
  let remaining = limit;
  let lastOpenTime: number | undefined;
  let isTruncated = false;

  async function* batches(barsPerBatch: number): AsyncGenerator<BarColumns> {
    if (stored === undefined || source === undefined) return;
    const isDerived = stored !== interval;
    const plan = {
      series: source,
      interval: stored,
      order,
      asOf,
      range: isDerived ? sourceRange(range, interval) : range,
    };
    const read = page?.bars ?? readBars(collections, plan, Math.min(barsPerBatch, limit + 1));
    for await (const batch of isDerived ? deriveBars(read, interval, order) : read) {
      const closed = isDerived ? selectClosed(batch, interval, knownUntil) : batch;
      const { kept, withheld } = selectFinal(closed, BAR_STATES.indexOf(minState) > PROVISIONAL);
      if (kept.openTime.length > 0 && remaining === 0) {
        isTruncated = true;
        return;
      }
      const taken = takeFirst(kept, remaining, order);
      tally.add(taken);
      tally.withhold(withheld);
      remaining -= taken.openTime.length;
      if (taken.openTime.length > 0) {
        lastOpenTime = order === 'asc' ? taken.openTime[taken.openTime.length - 1] : taken.openTime[0];
        yield order === 'asc' ? taken : reverseColumns(taken);
      }
      if (taken.openTime.length < kept.openTime.length) {
        isTruncated = true;
        return;
      }
    }
  }

  return {
    head: { instrumentId: id, interval, storedInterval: stored, basis: basis ?? 'raw', adjustment: 'raw', asOf },
    batches,
    end() {
      if (!isTruncated || lastOpenTime === undefined)
        return { completeness: tally.result(range, false), nextCursor: undefined };
      const covered =
        order === 'asc'
          ? { from: range.from, to: closeTimeOf(lastOpenTime, interval) }
          : { from: epochMs(lastOpenTime), to: range.to };
      return { completeness: tally.result(covered, true), nextCursor: cursorAfter(lastOpenTime, scope) };
    },
  };
}

/** The batches with the first already read; `undefined` if there is none. */
async function begun(batches: AsyncGenerator<BarColumns>): Promise<AsyncIterable<BarColumns> | undefined> {
  const first = await batches.next();
  if (first.done === true) return undefined;
  async function* all(): AsyncGenerator<BarColumns> {
    yield first.value as BarColumns;
    yield* batches;
  }
  return all();
}

function takeFirst(columns: BarColumns, count: number, order: Order): BarColumns {
  const { length } = columns.openTime;
  if (length <= count) return columns;
  return order === 'asc' ? sliceColumns(columns, 0, count) : sliceColumns(columns, length - count, length);
}

/** Only the label of a day, a week or a month may lie ahead of the interval that runs. */
const mayBeAhead = (interval: BarInterval): boolean => (fixedStepMs(interval) ?? DAY_MS) >= DAY_MS;

/** Whether the stored bars must be looked at to know the range that is asked for. */
function needsEdges({ from, to, interval }: BarsQuestion): boolean {
  return from === undefined || (to === undefined && mayBeAhead(interval));
}

/** What the question leaves open: from the first stored bar, to the start of the interval that now runs. */
async function askedRange(
  chunks: BarsCollections['chunks'],
  source: SeriesId | undefined,
  { from, to, interval }: BarsQuestion,
  now: number,
): Promise<TimeRange> {
  if (from !== undefined && to !== undefined) return requireRange(from, to);
  const runningSince = openTimeAt(now, interval);
  const edge = async (name: 'first' | 'last') => (source === undefined ? undefined : edgeOf(chunks, source, name));
  const last = to === undefined && mayBeAhead(interval) ? await edge('last') : undefined;
  const first = from === undefined ? await edge('first') : undefined;
  const until = to ?? Math.max(runningSince, last === undefined ? runningSince : closeTimeOf(last, interval));
  const since = from ?? (first === undefined ? until - 1 : openTimeAt(first, interval));
  // An open end never contradicts the end that was named.
  return from === undefined
    ? requireRange(Math.min(since, until - 1), until)
    : requireRange(since, Math.max(until, since + 1));
}

function pageOf(asked: TimeRange, after: number, interval: BarInterval, order: Order): TimeRange {
  return order === 'asc'
    ? { from: closeTimeOf(after, interval), to: asked.to }
    : { from: asked.from, to: epochMs(after) };
}

/** The stored bars that make up the derived bars which open in `range`. */
function sourceRange({ from, to }: TimeRange, interval: BarInterval): TimeRange {
  return { from: firstOpenTimeFrom(from, interval), to: firstOpenTimeFrom(to, interval) };
}

async function quarantinedIn(
  quarantine: BarsCollections['quarantine'],
  series: SeriesId,
  { from, to }: TimeRange,
  interval: BarInterval,
): Promise<number[]> {
  const refused = await quarantine
    .find({ series, openTime: { $gte: from, $lt: to } }, { projection: { openTime: 1 }, limit: MAX_QUARANTINED })
    .toArray();
  const openTimes = refused.flatMap(({ openTime }) => (openTime === undefined ? [] : [openTimeAt(openTime, interval)]));
  return [...new Set(openTimes)].sort((a, b) => a - b);
}
