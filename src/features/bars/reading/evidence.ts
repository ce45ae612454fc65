import { closeTimeOf, DAY_MS, fixedStepMs, openTimeAt, type TimeRange } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import { planAnswer, type AnswerPlan, type BarsPort } from './plan-answer.ts';
import { planReads } from './plan-reads.ts';
import type { BarsQuestion } from './bars-question.ts';
import { firstSeen, readsOutlines } from './outlined-chunks.ts';
import { firstSeenOf, type ReadPlan, type SeenChunk } from './read-bars.ts';

/** What a page was made of. While it is the same, so is the page. */
export interface Evidence {
  /** The range that the page speaks of. */
  readonly covered: TimeRange;
  readonly isTruncated: boolean;
  /** How many chunks were read, from the end where the page begins. */
  readonly chunks: number;
  /** All else that decides what is in it. */
  readonly facts: string;
}

export function evidenceOf(
  { source, read, facts, ledger, quarantined, knownUntil }: AnswerPlan<unknown>,
  covered: TimeRange,
  isTruncated: boolean,
  chunks: readonly SeenChunk[],
): Evidence {
  const { schedule, sessions, listedFrom, listedTo } = facts;
  // What a day or more holds may begin before its label and end after it.
  const held = {
    from: Math.min(covered.from, source.grid.heldFrom(covered.from)),
    to: Math.max(covered.to, source.grid.heldFrom(covered.to)),
  };
  const made = {
    series: read?.series,
    chunks: chunks.map(({ _id, bars }) => [_id, bars]),
    schedule: schedule?.name,
    sessions,
    listedFrom,
    listedTo,
    basis: ledger.basis,
    asked: ledger.asked.filter(({ from, to }) => from < held.to && to > held.from),
    quarantined: quarantined.filter((openTime) => openTime >= held.from && openTime < held.to),
    closedUntil: Math.min(source.grid.barEndingAfter(knownUntil).openTime, covered.to),
  };
  return { covered, isTruncated, chunks: chunks.length, facts: JSON.stringify(made) };
}

/**
 * Whether a page made of `evidence` is what would be answered now. It reads what the page was read from, but decodes
 * and writes nothing.
 * @throws as `planAnswer`
 */
export async function isStillTrue(
  evidence: Evidence,
  collections: BarsCollections,
  port: BarsPort,
  question: BarsQuestion,
  now: number,
): Promise<boolean> {
  const { covered, isTruncated, chunks } = evidence;
  // What follows on a page that was cut off does not matter; on another nothing may follow.
  const most = isTruncated ? chunks : chunks + 1;
  const look = (read: ReadPlan): Promise<SeenChunk[]> => firstSeenOf(collections, read, most);
  const begin = async (read: ReadPlan): Promise<SeenChunk[] | undefined> => {
    const found = await look(read);
    return found.length > 0 ? found : undefined;
  };
  const plan = await planAnswer(
    planReads(collections, port),
    question,
    now,
    question.limit === undefined ? undefined : begin,
  );
  const lookAgain = (read: ReadPlan): Promise<SeenChunk[]> =>
    readsOutlines(plan, question.interval) ? firstSeen(collections, read, most) : look(read);
  const { from, to } = plan.range;
  const isDescending = question.order === 'desc';
  if (isDescending || !isTruncated ? to !== covered.to : to < covered.to) return false;
  if (!isDescending || !isTruncated ? from !== covered.from : from > covered.from) return false;
  const found = plan.first ?? (plan.read === undefined ? [] : await lookAgain(plan.read));
  return evidenceOf(plan, covered, isTruncated, found).facts === evidence.facts;
}

/**
 * Until when a page stays true as long as nothing is written, UTC epoch ms: forever if it speaks of closed intervals
 * alone and time does not move its ends.
 */
export function trueUntil({ covered, isTruncated }: Evidence, question: BarsQuestion, now: number): number {
  const isFixed = question.to !== undefined || (isTruncated && question.order !== 'desc');
  if (question.align === 'session' || (fixedStepMs(question.interval) ?? DAY_MS) >= DAY_MS) {
    // Trading days end at most a day after the date that names them; what is younger is looked at each time.
    return isFixed && covered.to <= openTimeAt(now - 2 * DAY_MS, question.interval) ? Infinity : now;
  }
  const running = openTimeAt(now, question.interval);
  return isFixed && covered.to <= running ? Infinity : closeTimeOf(running, question.interval);
}
