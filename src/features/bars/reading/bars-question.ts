import Type, { type StaticDecode } from 'typebox';
import { InstrumentIdText, IntervalText, Time } from '../../../market/schemas.ts';
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import { Fields } from '../fields.ts';
import { Align, Include, MinState, Order } from '../schemas.ts';

/**
 * The question about bars. All times are UTC epoch ms.
 *
 * `[from, to)`: default from the first stored bar to the interval that now runs. `limit` counts the bars of one
 * answer; the rest is had with `cursor`. `asOf` answers with exactly what was known at that moment. An interval that
 * is not stored is derived from the finest stored one that divides it, without the interval that still runs. A derived
 * bar is final only if every part that is expected in it is there and final; one that lacks a part `isPartial`.
 *
 * `align` `session` gives bars that begin where trading begins, as they are stored or derived: below a day counted from
 * each opening of the tracked sessions, the last one shorter; `1d`, `1w` and `1M` of the tracked sessions, under the label of the trading day.
 * `clock` gives bars of UTC time. Without it, bars below a day are of the clock; from a day up they are of trading days
 * where an instrument has sessions. `include: 'current'` adds the bar that runs now, in state `open`, which may lie after
 * the range that `to` left open: then it is `extra`. `derive: false` answers with what is stored at this very interval.
 *
 * `fields` adds columns to the answer. Of a derived bar `trades` and `turnover` are the sums of its parts, unknown where
 * one part's is, and `openInterest` is the last part's; `provider` names all of theirs, `observedAt` is the newest.
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
  fields: Type.Optional(Fields),
});
export type BarsQuestion = StaticDecode<typeof BarsQuestionSchema>;

/** @throws InvalidRequestError `INVALID_REQUEST` if the bar that runs is asked for where it cannot be answered */
export function requireSense({ include, asOf, minState }: BarsQuestion): void {
  if (include === undefined) return;
  if (asOf !== undefined)
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The current bar has no history; leave out include=current or asOf',
    );
  if (minState === 'final')
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The current bar is not final; leave out include=current or minState',
    );
}

/** What a cursor is for: all of the question but how much of it is wanted at once. */
export function scopeOf({ limit: _limit, cursor: _cursor, fields, ...scope }: BarsQuestion) {
  return { ...scope, ...(fields === undefined ? {} : { fields: fields.join() }) };
}
