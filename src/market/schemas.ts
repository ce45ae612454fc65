import Type from 'typebox';
import { ALIGNMENTS } from './interval/alignment.ts';
import { BAR_INTERVALS } from './interval/bar-interval.ts';
import { INSTRUMENT_ID_FORMAT, instrumentId } from './instrument/instrument-id.ts';
import { EPOCH_MS_RANGE, epochMs, epochMsOfInput, type TimeInput } from './time/epoch-ms.ts';

// Fields that messages, routes and stored documents have in common.

/** As callers write it; the handler of a message gets it as it is stored. */
export const InstrumentIdText = Type.Decode(Type.String(INSTRUMENT_ID_FORMAT), (text): string => instrumentId(text));
/** The part of an InstrumentId before the colon, in any case. */
export const ExchangeText = Type.Decode(
  Type.String({ pattern: '^[A-Za-z0-9._-]{1,32}$', description: 'an exchange, such as NASDAQ' }),
  (text) => text.toUpperCase(),
);
export const IntervalText = Type.Enum(BAR_INTERVALS, { description: 'Length of a bar; `m` is a minute, `M` a month' });
export const AlignText = Type.Enum(ALIGNMENTS, {
  description:
    'The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading',
});
/** Instruments of one question, named in one of three ways. */
export const ChoiceFields = {
  ids: Type.Optional(Type.Array(InstrumentIdText, { minItems: 1, maxItems: 10_000 })),
  exchange: Type.Optional(ExchangeText),
  glob: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Ids in any case, such as NASDAQ:A*; * is any text, ? any character',
    }),
  ),
};
/** UTC epoch ms. */
export const EpochMsNumber = Type.Integer(EPOCH_MS_RANGE);

/**
 * A moment as callers write it: ISO text (UTC where it names no zone), an epoch number as text (s, ms, us or ns, told
 * apart by magnitude), a `Date`, or a number of epoch ms. The handler of a message gets UTC epoch ms.
 */
export const Time = Type.Decode(
  Type.Refine(Type.Unsafe<TimeInput>({}), isTimeInput, () => 'must be ISO text, a Date or epoch ms'),
  (time): number => (typeof time === 'number' ? epochMs(time) : epochMsOfInput(time)),
);

function isTimeInput(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || value instanceof Date;
}
