import Type from 'typebox';
import type { BarInterval } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import type { Completeness } from '../../reading/completeness.ts';
import { barsExpected } from '../../reading/expectations.ts';
import { heldTimes } from '../../reading/held-times.ts';
import { BARS_PER_BATCH, openAnswer } from '../../reading/open-answer.ts';
import { BarsQuestionSchema } from '../../reading/bars-question.ts';
import { planAnswer, type AnswerPlan, type BarsPort } from '../../reading/plan-answer.ts';
import { planReads } from '../../reading/plan-reads.ts';
import { tallyCompleteness } from '../../reading/tally-completeness.ts';

const { instrumentId, interval, align, from, to, asOf, minState, derive } = BarsQuestionSchema.properties;

const LISTED_RANGES = 100_000;

/**
 * What there is to say about a range, without its bars: what is missing and why, in up to 100,000 ranges.
 * @throws as `getBars`
 */
export const getCompleteness = defineQuery<Completeness>()(
  'bars.get-completeness',
  Type.Object({ instrumentId, interval, align, from, to, asOf, minState, derive }),
);

export function answerGetCompleteness(collections: BarsCollections, port: BarsPort): HandlerOf<typeof getCompleteness> {
  return async (question, { now }) => {
    const { asOf, minState } = question;
    if (asOf === undefined && minState !== 'final') {
      const plan = await planAnswer(planReads(collections, port), question, now);
      if (!plan.source.isDerived) return completenessOfStored(collections, plan, question.interval);
    }
    const answer = await openAnswer(collections, port, question, now, { listedRanges: LISTED_RANGES });
    const batches = answer.batches(BARS_PER_BATCH);
    while ((await batches.next()).done !== true); // each batch is counted as it goes by
    return answer.end().completeness;
  };
}

/** Of the newest values at the stored interval itself, whatever their state: when they open says it all. */
async function completenessOfStored(
  collections: BarsCollections,
  plan: AnswerPlan<unknown>,
  interval: BarInterval,
): Promise<Completeness> {
  const { range, read, source } = plan;
  const told = { range, order: 'asc', isStored: source.stored !== undefined, listedRanges: LISTED_RANGES } as const;
  const tally = tallyCompleteness(barsExpected(plan, interval), told);
  if (read !== undefined)
    for await (const held of heldTimes(collections, read, source.grid))
      if (held instanceof Float64Array) tally.add({ openTime: held });
      else tally.addAll(held);
  return tally.result(range, false);
}
