import {
  clockGrid,
  columnsFor,
  instrumentId,
  seriesId,
  type BarGrid,
  type BarInterval,
  type InstrumentId,
  type OpenBar,
  type PriceBasis,
  type SeriesId,
  type SeriesShape,
  type SessionSchedule,
  type TimeRange,
  type TrackedSessions,
} from '../../../market/index.ts';
import { NotFoundError } from '../../../platform/errors/index.ts';
import { placeOfCursor } from '../../../platform/paging/index.ts';
import { requireCountable } from '../range.ts';
import { askedRange, heldRange, needsEdges, pageOf } from './answered-range.ts';
import { requireSense, scopeOf, type BarsQuestion } from './bars-question.ts';
import type { AskedSpan } from './explain-gaps.ts';
import type { ReadPlan } from './read-bars.ts';
import type { SharedRuns } from './shared-runs.ts';
import {
  sourceAsStored,
  sourceByClock,
  sourceByDefault,
  sourceBySession,
  storedByClock,
  type BarSource,
} from './session-source.ts';
import type { EdgeOf } from './series-edges.ts';
import { storedSeries, type IsStored } from './stored-series.ts';

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
export interface BarsPort {
  readonly findInstrument: (id: InstrumentId) => Promise<InstrumentFacts>;
  /** What is known of where a series came from, as of `asOf`. */
  readonly findLedger: (series: SeriesId, range: TimeRange, asOf: number | undefined) => Promise<SeriesLedger>;
  /** The bar of a series that runs now, as live data makes it; `undefined` if none does, or nothing was traded yet. */
  readonly findOpenBar: (id: InstrumentId, interval: BarInterval) => Promise<ObservedOpenBar | undefined>;
}

export interface ObservedOpenBar extends OpenBar {
  readonly provider: string;
  /** When it was this, UTC epoch ms. */
  readonly at: number;
}

/** What is asked to plan an answer: for one series at a time, or for many of them together. */
export interface PlanReads extends Pick<BarsPort, 'findInstrument' | 'findLedger'> {
  readonly isStored: IsStored;
  readonly edgeOf: EdgeOf;
  /** openTimes of a range whose bar was refused, ascending. */
  readonly quarantinedIn: (series: SeriesId, range: TimeRange) => Promise<readonly number[]>;
}

/** The place of a bar, in a cursor. */
const OPEN_TIME = /^-?\d{1,15}$/;

/** What is known before the bars are read. */
export interface AnswerPlan<First> {
  readonly id: InstrumentId;
  readonly facts: InstrumentFacts;
  readonly source: BarSource;
  readonly range: TimeRange;
  readonly ledger: SeriesLedger;
  /** openTimes of stored bars that were refused, ascending. */
  readonly quarantined: readonly number[];
  /** Where nothing is stored that the answer could be made of: what is stored. */
  readonly storedInstead: readonly SeriesShape[] | undefined;
  /** Nothing after this moment can be known, UTC epoch ms. */
  readonly knownUntil: number;
  /** What is to be read of the chunks. */
  readonly read: ReadPlan | undefined;
  /** Tells runs of expected openTimes as they were told to others; absent where nobody else asks for the same. */
  readonly sharedRuns?: SharedRuns;
  /** What the first look at the chunks gave; `undefined` if they were not looked at. */
  readonly first: First | undefined;
}

/**
 * Plans the answer to a question about bars. `begin` may look at the chunks of the interval itself, which mostly is
 * stored: the chunk that tells so is the one that is needed next. It answers `undefined` where there is none.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export async function planAnswer<First>(
  { findInstrument, findLedger, isStored, edgeOf, quarantinedIn }: PlanReads,
  question: BarsQuestion,
  now: number,
  begin?: (read: ReadPlan) => Promise<First | undefined>,
): Promise<AnswerPlan<First>> {
  const id = instrumentId(question.instrumentId);
  const { interval, asOf, order = 'asc', cursor, align } = question;
  const told = columnsFor(question.fields ?? []);
  requireSense(question);

  async function rangeOf(sources: readonly SeriesId[], grid: BarGrid): Promise<TimeRange> {
    const wanted = await askedRange(edgeOf, sources, question, grid, now);
    if (cursor === undefined) return wanted;
    return pageOf(wanted, Number(placeOfCursor(cursor, OPEN_TIME, scopeOf(question))), grid, order);
  }

  async function beginReading() {
    if (begin === undefined || align === 'session' || needsEdges(question)) return undefined;
    const series = seriesId(id, interval);
    const range = await rangeOf([], clockGrid(interval));
    const ledger = await findLedger(series, range, asOf); // before the bars, lest what comes in between counts as empty
    const first = await begin({ series, range, order, asOf, told });
    return first && { range, ledger, first };
  }

  const [facts, begun] = await Promise.all([findInstrument(id), beginReading()]);
  async function storedInstead(): Promise<readonly SeriesShape[]> {
    const shapes = await storedSeries(isStored, id);
    if (shapes.length > 0 || facts.isRegistered) return shapes;
    throw new NotFoundError(
      'INSTRUMENT_NOT_FOUND',
      `Nothing is stored for ${id}; GET /symbols or "pocketquant symbols" shows what is`,
    );
  }

  if (align === 'session' && !facts.isRegistered) await storedInstead();
  const source = await sourceOf(isStored, id, question, facts, begun !== undefined);
  const { stored, grid } = source;
  const others = stored === undefined ? await storedInstead() : undefined;
  const series = stored && seriesId(id, stored.interval, stored.align);
  const sources = (others ?? [stored]).map((held) => seriesId(id, held?.interval ?? interval, held?.align));
  const range = begun?.range ?? (await rangeOf(sources, grid));
  if (facts.schedule !== undefined) requireCountable(range, interval);
  const readRange = source.isDerived ? heldRange(range, grid) : range;
  return {
    id,
    facts,
    source,
    range,
    ledger: begun?.ledger ?? (await findLedger(series ?? seriesId(id, interval), readRange, asOf)),
    // Where nothing is expected, nothing is missing that could need the reason of a refused bar.
    quarantined:
      series === undefined || (facts.schedule === undefined && !source.isDerived)
        ? []
        : await quarantinedIn(series, readRange),
    storedInstead: others,
    knownUntil: Math.min(now, asOf ?? now),
    read: stored &&
      series && {
        series,
        order,
        asOf,
        told,
        range: readRange,
      },
    first: begun?.first,
  };
}

async function sourceOf(
  isStored: IsStored,
  id: InstrumentId,
  { interval, align, derive = true }: BarsQuestion,
  { schedule, sessions }: InstrumentFacts,
  isItself: boolean,
): Promise<BarSource> {
  const question = { id, interval, schedule, tracked: sessions };
  if (!derive) return sourceAsStored(question, align);
  if (align === 'session') return sourceBySession(isStored, question);
  if (align === 'clock')
    return sourceByClock(isItself ? interval : await storedByClock(isStored, id, interval), interval);
  return sourceByDefault(isStored, question, isItself);
}
