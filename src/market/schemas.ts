import Type from 'typebox';
import { BAR_INTERVALS } from './interval/bar-interval.ts';
import { INSTRUMENT_ID_FORMAT } from './instrument/instrument-id.ts';
import { EPOCH_MS_RANGE, epochMs, epochMsOfInput, type TimeInput } from './time/epoch-ms.ts';

// Fields that messages, routes and stored documents have in common.

export const InstrumentIdText = Type.String(INSTRUMENT_ID_FORMAT);
export const IntervalText = Type.Enum(BAR_INTERVALS, { description: 'Length of a bar; `m` is a minute, `M` a month' });
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
