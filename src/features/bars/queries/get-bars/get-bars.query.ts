import { concatColumns, newBarColumns, withFields, withPartial, type BarColumns } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { BarsQuestionSchema } from '../../reading/bars-question.ts';
import { openAnswer, type AnswerEnd, type AnswerHead, type OpenAnswer } from '../../reading/open-answer.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';

/** Bars as columns, with what there is to say about them. */
export interface BarsAnswer extends AnswerHead, AnswerEnd {
  readonly columns: BarColumns;
}

/**
 * Bars of a series in one piece. Without a `limit` the whole range is answered, however long.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export const getBars = defineQuery<BarsAnswer>()('bars.get-bars', BarsQuestionSchema);

export function answerGetBars(collections: BarsCollections, port: BarsPort): HandlerOf<typeof getBars> {
  return async (question, { now }) => {
    return wholeAnswer(await openAnswer(collections, port, question, now));
  };
}

/** An answer with all of its bars. */
export async function wholeAnswer({ head, batches, end }: OpenAnswer): Promise<BarsAnswer> {
  const parts: BarColumns[] = [];
  for await (const batch of batches(Infinity)) parts.push(batch);
  const none = head.marksPartial ? withPartial(newBarColumns(0)) : newBarColumns(0);
  return { ...head, columns: parts.length > 0 ? concatColumns(parts) : withFields(none, head.fields), ...end() };
}
