import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { BarsQuestionSchema } from '../../reading/bars-question.ts';
import { BARS_PER_BATCH, openAnswer, type AnswerEnd, type AnswerHead } from '../../reading/open-answer.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';
import type { BarColumns } from '../../../../market/index.ts';

export interface StreamedBars extends AnswerHead {
  /** The bars in the order asked for, to be read once. */
  readonly batches: AsyncIterable<BarColumns>;
  /** What there is to say about them, when the last batch was read. */
  end(): AnswerEnd;
}

/**
 * The same bars as `getBars`, a batch at a time: memory stays flat whatever the range.
 * @throws as `getBars`
 */
export const streamBars = defineQuery<StreamedBars>()('bars.stream-bars', BarsQuestionSchema);

export function answerStreamBars(collections: BarsCollections, port: BarsPort): HandlerOf<typeof streamBars> {
  return async (question, { now }) => {
    const answer = await openAnswer(collections, port, question, now);
    return { ...answer.head, batches: answer.batches(BARS_PER_BATCH), end: answer.end };
  };
}
