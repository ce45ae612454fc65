import {
  BAR_STATES, epochMs, expectedRuns, expectedRunsBySession, PROVISIONAL, reverseColumns, sliceColumns,
  type Alignment, type BarColumns, type BarInterval, type InstrumentId, type PriceBasis, type TimeRange,
} from '../../../market/index.ts'; // prettier-ignore
import type { ChunkDocument } from '../../../chunk/index.ts';
import type { BarsCollections } from '../collections.ts';
import { tallyCompleteness, type Completeness, type Expectation } from './completeness.ts';
import { cursorAfter } from './cursor.ts';
import { deriveBars } from './derive-bars.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { planAnswer, scopeOf, type BarsKnowledge, type BarsQuestion } from './plan-answer.ts';
import { readBars, type Order } from './read-bars.ts';
import { selectClosed, selectFinal } from './select-bars.ts';

/** What an answer says of itself, whatever form its bars have. */
export interface AnswerHead {
  readonly instrumentId: InstrumentId;
  readonly interval: BarInterval;
  readonly align: Alignment;
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
  /** What a page was made of; `undefined` without a limit. To be called when `batches` has ended. */
  evidence(): Evidence | undefined;
}

/**
 * Plans the answer to a question about bars; nothing but the series' edges is read before `batches` is.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export async function openAnswer(
  collections: BarsCollections,
  knowledge: BarsKnowledge,
  question: BarsQuestion,
  now: number,
  listedRanges?: number,
): Promise<OpenAnswer> {
  const { interval, asOf, limit = Infinity, order = 'asc', minState = 'provisional', align = 'clock' } = question;
  const seen: ChunkDocument[] | undefined = limit === Infinity ? undefined : [];
  const plan = await planAnswer(collections, knowledge, question, now, (read) =>
    begun(readBars(collections, read, limit + 1, seen)),
  );
  const { id, range, knownUntil } = plan;
  const { stored, grid, isDerived } = plan.source;
  const { schedule, sessions, listedFrom, listedTo } = plan.facts;
  const runsOf = align === 'session' ? expectedRunsBySession : expectedRuns;
  const expectation: Expectation = {
    grid,
    runsIn: schedule && ((covered) => runsOf(schedule, covered, interval, sessions)),
    asked: plan.ledger.asked,
    listedFrom,
    listedTo,
    knownUntil,
    quarantined: plan.quarantined,
  };
  const tally = tallyCompleteness(expectation, range, order, listedRanges);
  let remaining = limit;
  let lastOpenTime: number | undefined;
  let isTruncated = false;

  async function* batches(barsPerBatch: number): AsyncGenerator<BarColumns> {
    if (plan.read === undefined) return;
    const runningFrom = grid.barEndingAfter(knownUntil).openTime;
    const read = plan.first ?? readBars(collections, plan.read, Math.min(barsPerBatch, limit + 1), seen);
    for await (const batch of isDerived ? deriveBars(read, grid, order) : read) {
      const closed = isDerived ? selectClosed(batch, runningFrom) : batch;
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
      storedInterval: stored,
      basis: plan.ledger.basis ?? 'raw',
      adjustment: 'raw',
      asOf,
    },
    batches,
    end: () => ({
      completeness: tally.result(covered(), isTruncated),
      nextCursor: isTruncated && lastOpenTime !== undefined ? cursorAfter(lastOpenTime, scopeOf(question)) : undefined,
    }),
    evidence: () => seen && evidenceOf(plan, covered(), isTruncated, seen),
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
