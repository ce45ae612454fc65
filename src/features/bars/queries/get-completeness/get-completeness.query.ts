import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { openAnswer } from '../../reading/open-answer.ts';
import type { BarsKnowledge } from '../../reading/plan-answer.ts';
import type { Completeness } from '../../reading/completeness.ts';
import { BarsQuestionSchema } from '../get-bars/get-bars.query.ts';

const { instrumentId, interval, from, to, asOf, minState, derive } = BarsQuestionSchema.properties;

/** Bars that are read at once: enough for the decoder. */
const BARS_PER_BATCH = 32_768;
const LISTED_RANGES = 100_000;

/**
 * What there is to say about a range, without its bars: what is missing and why, in up to 100,000 ranges.
 * @throws as `getBars`
 */
export const getCompleteness = defineQuery<Completeness>()(
  'bars.get-completeness',
  Type.Object({ instrumentId, interval, from, to, asOf, minState, derive }),
);

export function answerGetCompleteness(
  collections: BarsCollections,
  knowledge: BarsKnowledge,
): HandlerOf<typeof getCompleteness> {
  return async (question, { now }) => {
    const answer = await openAnswer(collections, knowledge, question, now, LISTED_RANGES);
    const batches = answer.batches(BARS_PER_BATCH);
    while ((await batches.next()).done !== true); // each batch is counted as it goes by
    return answer.end().completeness;
  };
}
