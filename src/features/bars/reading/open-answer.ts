import {
  BAR_STATES,
  epochMs,
  PROVISIONAL,
  reverseColumns,
  seriesInterval,
  sliceColumns,
  withFields,
  withPartial,
  type Alignment,
  type BarColumns,
  type BarField,
  type BarInterval,
  type InstrumentId,
  type PriceBasis,
  type SeriesInterval,
  type SeriesShape,
  type Span,
  type TimeRange,
} from '../../../market/index.ts';
import { cursorAfter } from '../../../platform/paging/index.ts';
import type { BarsCollections } from '../collections.ts';
import type { Completeness } from './completeness.ts';
import { currentBar } from './current-bar.ts';
import { deriveBars, type DerivedBatch } from './derive-bars.ts';
import { deriveFromOutlines } from './derive-from-outlines.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { barsExpected, partsExpected } from './expectations.ts';
import { firstReasons, partsJudge } from './judge-parts.ts';
import { planAnswer, type AnswerPlan, type BarsPort } from './plan-answer.ts';
import { planReads } from './plan-reads.ts';
import { scopeOf, type BarsQuestion } from './bars-question.ts';
import { heldRange } from './answered-range.ts';
import { readsOutlines } from './outlined-chunks.ts';
import { readBars, type Order, type ReadPlan, type SeenChunk } from './read-bars.ts';
import { selectClosed, selectFinal } from './select-bars.ts';
import { tallyCompleteness, type PartLoss } from './tally-completeness.ts';

/** What an answer says of itself, whatever form its bars have. */
export interface AnswerHead {
  readonly instrumentId: InstrumentId;
  readonly interval: BarInterval;
  readonly align: Alignment;
  /**
   * The interval the bars were read from, `1h@session` where the stored ones begin with trading; finer than `interval`
   * where they were derived; `undefined` if none is stored.
   */
  readonly storedInterval: SeriesInterval | undefined;
  /** What is stored instead, where nothing is that the answer could be made of. */
  readonly storedIntervals?: readonly SeriesInterval[];
  /** Whether each bar says if a part of it is missing; bars as they were stored are whole. */
  readonly marksPartial: boolean;
  /** What each bar tells beside what every bar has. */
  readonly fields: readonly BarField[];
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
  /** What the answer was made of; `undefined` where that is not kept. To be called when `batches` has ended. */
  evidence(): Evidence | undefined;
}

export interface AnswerOptions {
  /** How many missing ranges are listed. */
  readonly listedRanges?: number;
  /** Keeps what the answer is made of, as is done for pages: a line for each chunk. */
  readonly isEvidenceKept?: boolean;
}

/**
 * Plans the answer to a question about bars; nothing but the series' edges is read before `batches` is.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export async function openAnswer(
  collections: BarsCollections,
  port: BarsPort,
  question: BarsQuestion,
  now: number,
  { listedRanges, isEvidenceKept = question.limit !== undefined }: AnswerOptions = {},
): Promise<OpenAnswer> {
  const { limit = Infinity } = question;
  const seen: SeenChunk[] | undefined = isEvidenceKept ? [] : undefined;
  // Of a whole range the first chunks may be many: they are read when they are asked for.
  const begin = (read: ReadPlan) => begun(readBars(collections, read, limit + 1, seen));
  const plan = await planAnswer(planReads(collections, port), question, now, limit === Infinity ? undefined : begin);
  return openPlanned(collections, port, question, plan, now, { listedRanges, seen });
}

export interface OpenOptions {
  readonly listedRanges?: number | undefined;
  /** Gets each chunk that is read. */
  readonly seen?: SeenChunk[] | undefined;
}

/** The answer of a plan. What the plan has read of the bars already is not read again. */
export async function openPlanned(
  collections: BarsCollections,
  port: Pick<BarsPort, 'findOpenBar'>,
  question: BarsQuestion,
  plan: AnswerPlan<AsyncIterable<BarColumns>>,
  now: number,
  { listedRanges, seen }: OpenOptions,
): Promise<OpenAnswer> {
  const { interval, asOf, limit = Infinity, order = 'asc', minState = 'provisional', fields = [] } = question;
  const { id, range, knownUntil } = plan;
  const { stored, grid, isDerived, align } = plan.source;
  const isStored = stored !== undefined;
  const tally = tallyCompleteness(barsExpected(plan, interval), { range, order, isStored, listedRanges });
  const judge =
    isDerived && stored !== undefined ? partsJudge(grid, partsExpected(plan, stored), intervalOf(stored)) : undefined;
  const isFinalOnly = BAR_STATES.indexOf(minState) > PROVISIONAL;
  const current = question.include === 'current' ? await currentBar(collections, port, plan, question, now) : undefined;
  const marksPartial = isDerived || question.include === 'current';
  let remaining = limit;
  let lastOpenTime: number | undefined;
  let isTruncated = false;
  let partial = 0;

  async function* batches(barsPerBatch: number): AsyncGenerator<BarColumns> {
    if (order === 'desc' && current !== undefined) yield take(current);
    yield* closedBatches(barsPerBatch);
    if (order === 'desc' || current === undefined || isTruncated) return;
    if (remaining > 0) yield take(current);
    else isTruncated = true;
  }

  async function* closedBatches(barsPerBatch: number): AsyncGenerator<BarColumns> {
    if (plan.read === undefined) return;
    const runningFrom = grid.barEndingAfter(knownUntil).openTime;
    const most = Math.min(barsPerBatch, limit + 1, isDerived ? PARTS_PER_BATCH : Infinity);
    for await (const batch of readOrDerived(plan.read, most)) {
      const { bars } = batch;
      const judged = judge?.judge(batch) ?? { bars, losses: [] };
      const closed = isDerived ? selectClosed(judged.bars, runningFrom) : bars;
      const { kept, withheld } = selectFinal(closed, isFinalOnly);
      if (kept.openTime.length > 0 && remaining === 0) {
        isTruncated = true;
        return;
      }
      const taken = takeFirst(kept, remaining, order);
      const isReturned = new Set(judged.losses.length === 0 ? [] : taken.openTime);
      const reasons = firstReasons(judged.losses);
      const losses = judged.losses.filter(({ openTime }) => isReturned.has(openTime));
      tally.withhold(Array.from(withheld, (openTime) => ({ openTime, reason: reasons.get(openTime) ?? 'notYet' })));
      judge?.count(batch, taken.openTime.length < kept.openTime.length ? timeOf(taken) : ALL_TIME);
      if (taken.openTime.length > 0) yield take(taken, losses);
      if (taken.openTime.length < kept.openTime.length) {
        isTruncated = true;
        return;
      }
    }
  }

  function readOrDerived(read: ReadPlan, barsPerBatch: number): AsyncIterable<DerivedBatch> {
    if (readsOutlines(plan, interval)) return deriveFromOutlines(collections, read, grid, seen, barsPerBatch);
    const batches = plan.first ?? readBars(collections, read, barsPerBatch, seen);
    return isDerived ? deriveBars(batches, grid, order) : asRead(batches);
  }

  /** Counts bars that are answered, and puts them in the order that was asked for. */
  function take(bars: BarColumns, losses: readonly PartLoss[] = []): BarColumns {
    const { openTime } = bars;
    tally.add(bars, losses);
    remaining -= openTime.length;
    for (const code of bars.isPartial ?? []) partial += code;
    lastOpenTime = order === 'asc' ? openTime[openTime.length - 1] : openTime[0];
    const marked = marksPartial && bars.isPartial === undefined ? withPartial(bars) : bars;
    const told = withFields(marked, fields);
    return order === 'asc' ? told : reverseColumns(told);
  }

  /** The time that the page speaks of, at the side where it was cut off. */
  function timeOf({ openTime }: BarColumns): Span {
    return order === 'asc'
      ? { from: -Infinity, to: grid.spanOf(openTime[openTime.length - 1]).to }
      : { from: grid.spanOf(openTime[0]).from, to: Infinity };
  }

  function end(): AnswerEnd {
    const parts = judge?.counts(heldRange(covered(), grid));
    return {
      completeness: {
        ...tally.result(covered(), isTruncated),
        ...(marksPartial ? { partial } : {}),
        ...(parts === undefined ? {} : { parts }),
      },
      nextCursor:
        isTruncated && lastOpenTime !== undefined ? cursorAfter(String(lastOpenTime), scopeOf(question)) : undefined,
    };
  }

  function covered(): TimeRange {
    if (!isTruncated || lastOpenTime === undefined) return range;
    return order === 'asc'
      ? { from: range.from, to: epochMs(grid.closeTimeOf(lastOpenTime)) }
      : { from: epochMs(lastOpenTime), to: range.to };
  }

  return {
    head: {
      instrumentId: id,
      interval,
      align,
      storedInterval: stored && intervalOf(stored),
      ...(plan.storedInstead === undefined ? {} : { storedIntervals: plan.storedInstead.map(intervalOf) }),
      marksPartial,
      fields,
      basis: plan.ledger.basis ?? 'raw',
      adjustment: 'raw',
      asOf,
    },
    batches,
    end,
    evidence: () => seen && evidenceOf(plan, covered(), isTruncated, seen),
  };
}

const intervalOf = ({ interval, align }: SeriesShape): SeriesInterval => seriesInterval(interval, align);

/** How many bars a reader of a whole range takes at a time: enough for the decoder, few enough to hold many at once. */
export const BARS_PER_BATCH = 32_768;

/** What is derived from them is done in one go, while others wait. */
const PARTS_PER_BATCH = 50_000;

const ALL_TIME: Span = { from: -Infinity, to: Infinity };

async function* asRead(batches: AsyncIterable<BarColumns>): AsyncGenerator<DerivedBatch> {
  for await (const bars of batches) yield { bars, parts: bars };
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
