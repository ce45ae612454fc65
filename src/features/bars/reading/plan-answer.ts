import {
  clockGrid,
  DAY_MS,
  EPOCH_MS_RANGE,
  epochMs,
  fixedStepMs,
  instrumentId,
  seriesId,
  type Alignment,
  type Bar,
  type BarGrid,
  type BarInterval,
  type InstrumentId,
  type PriceBasis,
  type SeriesId,
  type SessionSchedule,
  type TimeRange,
  type TrackedSessions,
} from '../../../market/index.ts';
import { InvalidRequestError, NotFoundError } from '../../../platform/errors/index.ts';
import type { BarsCollections } from '../collections.ts';
import { requireCountable, requireRange } from '../range.ts';
import type { AskedSpan } from './completeness.ts';
import { openTimeOfCursor } from './cursor.ts';
import type { Order, ReadPlan } from './read-bars.ts';
import { edgeOf } from './series-edges.ts';
import { sourceByClock, sourceByDefault, sourceBySession, type BarSource } from './session-source.ts';
import { storedIntervalFor, storedIntervals } from './stored-interval.ts';

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
  /** The bar of a series that runs now, as live data makes it; `undefined` if none does, or nothing was traded yet. */
  readonly findOpenBar: (id: InstrumentId, interval: BarInterval) => Promise<OpenBar | undefined>;
}

/** A bar whose interval still runs. */
export type OpenBar = Omit<Bar, 'state' | 'openTime'> & { readonly openTime: number };

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
  readonly align?: Alignment;
  /** `current`: the bar that still runs too. */
  readonly include?: 'current';
  /** `false`: only what is stored at this very interval, as who fills it must know. */
  readonly derive?: boolean;
}

const MAX_QUARANTINED = 10_000;

/** What is known before the bars are read. */
export interface AnswerPlan<First> {
  readonly id: InstrumentId;
  readonly facts: InstrumentFacts;
  readonly source: BarSource;
  readonly range: TimeRange;
  readonly ledger: SeriesLedger;
  /** openTimes of stored bars that were refused, ascending. */
  readonly quarantined: readonly number[];
  /** Where nothing is stored that the answer could be made of: the intervals that are stored. */
  readonly storedIntervals: readonly BarInterval[] | undefined;
  /** Nothing after this moment can be known, UTC epoch ms. */
  readonly knownUntil: number;
  /** What is to be read of the chunks. */
  readonly read: ReadPlan | undefined;
  /** What the first look at the chunks gave; `undefined` if they were not looked at. */
  readonly first: First | undefined;
}

/**
 * Plans the answer to a question about bars. `begin` may look at the chunks of a page of the interval itself, which
 * mostly is stored: the chunk that tells so is the one that is needed next. It answers `undefined` where there is none.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export async function planAnswer<First>(
  { chunks, quarantine }: BarsCollections,
  { findInstrument, findLedger }: BarsKnowledge,
  question: BarsQuestion,
  now: number,
  begin: (read: ReadPlan) => Promise<First | undefined>,
): Promise<AnswerPlan<First>> {
  const id = instrumentId(question.instrumentId);
  const { interval, asOf, order = 'asc', cursor, align } = question;
  requireSense(question);

  async function rangeOf(sources: readonly SeriesId[], grid: BarGrid): Promise<TimeRange> {
    const wanted = await askedRange(chunks, sources, question, grid, now);
    return cursor === undefined ? wanted : pageOf(wanted, openTimeOfCursor(cursor, scopeOf(question)), grid, order);
  }

  async function beginPage() {
    if (question.limit === undefined || align === 'session' || needsEdges(question)) return undefined;
    const series = seriesId(id, interval);
    const range = await rangeOf([], clockGrid(interval));
    const ledger = await findLedger(series, range, asOf); // before the bars, lest what comes in between counts as empty
    const first = await begin({ series, interval, range, order, asOf });
    return first && { range, ledger, first };
  }

  const [facts, page] = await Promise.all([findInstrument(id), beginPage()]);
  async function storedInstead(): Promise<readonly BarInterval[]> {
    const intervals = await storedIntervals(chunks, id);
    if (intervals.length > 0 || facts.isRegistered) return intervals;
    throw new NotFoundError(
      'INSTRUMENT_NOT_FOUND',
      `Nothing is stored for ${id}; GET /symbols or "pocketquant symbols" shows what is`,
    );
  }

  if (align === 'session' && !facts.isRegistered) await storedInstead();
  const source = await sourceOf(chunks, id, question, facts, page !== undefined);
  const { stored, grid } = source;
  const others = stored === undefined ? await storedInstead() : undefined;
  const series = stored && seriesId(id, stored);
  const sources = (others ?? [stored]).map((held) => seriesId(id, held ?? interval));
  const range = page?.range ?? (await rangeOf(sources, grid));
  if (facts.schedule !== undefined) requireCountable(range, interval);
  const readRange = source.isDerived ? heldRange(range, grid) : range;
  return {
    id,
    facts,
    source,
    range,
    ledger: page?.ledger ?? (await findLedger(series ?? seriesId(id, interval), readRange, asOf)),
    // Where nothing is expected, nothing is missing that could need the reason of a refused bar.
    quarantined:
      series === undefined || (facts.schedule === undefined && !source.isDerived)
        ? []
        : await quarantinedIn(quarantine, series, readRange),
    storedIntervals: others,
    knownUntil: Math.min(now, asOf ?? now),
    read: stored &&
      series && {
        series,
        interval: stored,
        order,
        asOf,
        range: readRange,
      },
    first: page?.first,
  };
}

/** @throws InvalidRequestError `INVALID_REQUEST` if the bar that runs is asked for where it cannot be answered */
function requireSense({ include, asOf, minState }: BarsQuestion): void {
  if (include === undefined) return;
  if (asOf !== undefined)
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The bar that runs has no history; leave out include=current or asOf',
    );
  if (minState === 'final')
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The bar that runs is not final; leave out include=current or minState',
    );
}

async function sourceOf(
  chunks: BarsCollections['chunks'],
  id: InstrumentId,
  { interval, align, derive = true }: BarsQuestion,
  { schedule, sessions }: InstrumentFacts,
  isStored: boolean,
): Promise<BarSource> {
  const question = { id, interval, schedule, tracked: sessions };
  if (!derive) return sourceByClock(interval, interval);
  if (align === 'session') return sourceBySession(chunks, question);
  if (align === 'clock')
    return sourceByClock(isStored ? interval : await storedIntervalFor(chunks, id, interval), interval);
  return sourceByDefault(chunks, question, isStored);
}

/** What a cursor is for: all of the question but how much of it is wanted at once. */
export function scopeOf({ limit: _limit, cursor: _cursor, ...scope }: BarsQuestion) {
  return scope;
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
  sources: readonly SeriesId[],
  { from, to, interval }: BarsQuestion,
  grid: BarGrid,
  now: number,
): Promise<TimeRange> {
  if (from !== undefined && to !== undefined) return requireRange(from, to);
  // Of bars that begin with trading it may be the next one, as nothing runs while trading is closed.
  const runningSince = grid.barEndingAfter(now).openTime;
  const edges = async (name: 'first' | 'last'): Promise<number[]> =>
    (await Promise.all(sources.map((source) => edgeOf(chunks, source, name)))).filter((edge) => edge !== undefined);
  const [last] = to === undefined && grid.align === 'clock' && mayBeAhead(interval) ? await edges('last') : [];
  const [first] = from === undefined ? (await edges('first')).sort((a, b) => a - b) : [];
  const until = to ?? Math.max(runningSince, last === undefined ? runningSince : grid.barEndingAfter(last).to);
  const since = from ?? (first === undefined ? until - 1 : grid.barEndingAfter(first).openTime);
  // An open end never contradicts the end that was named.
  return from === undefined
    ? requireRange(Math.min(since, until - 1), until)
    : requireRange(since, Math.max(until, since + 1));
}

function pageOf(asked: TimeRange, after: number, grid: BarGrid, order: Order): TimeRange {
  return order === 'asc'
    ? { from: epochMs(grid.closeTimeOf(after)), to: asked.to }
    : { from: asked.from, to: epochMs(after) };
}

/** The time of the stored bars that make up the derived bars which open in a range. */
export function heldRange({ from, to }: TimeRange, grid: BarGrid): TimeRange {
  const { minimum, maximum } = EPOCH_MS_RANGE;
  const storable = (time: number) => epochMs(Math.min(Math.max(time, minimum), maximum));
  return { from: storable(grid.heldFrom(from)), to: storable(grid.heldFrom(to)) };
}

async function quarantinedIn(
  quarantine: BarsCollections['quarantine'],
  series: SeriesId,
  { from, to }: TimeRange,
): Promise<number[]> {
  // What came too early says nothing of the bar that is there once its interval is over.
  const refused = await quarantine
    .find(
      { series, openTime: { $gte: from, $lt: to }, code: { $ne: 'inFuture' } },
      { projection: { openTime: 1 }, limit: MAX_QUARANTINED },
    )
    .toArray();
  const openTimes = refused.flatMap(({ openTime }) => openTime ?? []);
  return [...new Set(openTimes)].sort((a, b) => a - b);
}
