import Type from 'typebox';
import { concatColumns, newBarColumns, withPartial, type BarColumns } from '../../../../market/index.ts';
import { InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { openAnswer, type AnswerEnd, type AnswerHead } from '../../reading/open-answer.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';
import { Align, Include, MinState, Order } from '../../schemas.ts';

/** Bars as columns, with what there is to say about them. */
export interface BarsAnswer extends AnswerHead, AnswerEnd {
  readonly columns: BarColumns;
}

/**
 * The question about bars. All times are UTC epoch ms.
 *
 * `[from, to)`: default from the first stored bar to the interval that now runs. `limit` counts the bars of one
 * answer; the rest is had with `cursor`. `asOf` answers with exactly what was known at that moment. An interval that
 * is not stored is derived from the finest stored one that divides it, without the interval that still runs. A derived
 * bar is final only if every part that is expected in it is there and final; one that lacks a part `isPartial`.
 *
 * `align` `session` gives bars that begin where trading begins: below a day counted from each opening of the tracked
 * sessions, the last one shorter; `1d`, `1w` and `1M` of the tracked sessions, under the label of the trading day.
 * `clock` gives bars of UTC time. Without it, bars below a day are of the clock; from a day up they are of trading days
 * where an instrument has sessions. `include: 'current'` adds the bar that runs now, in state `open`, which may lie after
 * the range that `to` left open: then it is `extra`. `derive: false` answers with what is stored at this very interval.
 */
export const BarsQuestionSchema = Type.Object({
  instrumentId: InstrumentIdText,
  interval: IntervalText,
  from: Type.Optional(Time),
  to: Type.Optional(Time),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  order: Type.Optional(Order),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  asOf: Type.Optional(Time),
  minState: Type.Optional(MinState),
  align: Type.Optional(Align),
  include: Type.Optional(Include),
  derive: Type.Optional(Type.Boolean()),
});

/**
 * Bars of a series in one piece. Without a `limit` the whole range is answered, however long.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if the instrument is neither registered nor has any bar
 */
export const getBars = defineQuery<BarsAnswer>()('bars.get-bars', BarsQuestionSchema);

export function answerGetBars(collections: BarsCollections, port: BarsPort): HandlerOf<typeof getBars> {
  return async (question, { now }) => {
    const answer = await openAnswer(collections, port, question, now);
    const parts: BarColumns[] = [];
    for await (const batch of answer.batches(Infinity)) parts.push(batch);
    const none = answer.head.marksPartial ? withPartial(newBarColumns(0)) : newBarColumns(0);
    return { ...answer.head, columns: parts.length > 0 ? concatColumns(parts) : none, ...answer.end() };
  };
}
