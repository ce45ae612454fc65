import Type from 'typebox';
import { instrumentId, seriesId } from '../../../../market/index.ts';
import { AlignText, EpochMsNumber, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { CoverageCollections } from '../../collections.ts';

/**
 * Writes down how the basis of a series stands: why a sync of it was refused, and how far it was fetched anew on
 * another basis. `null` removes what was written; what is left out stays.
 */
export const noteBasis = defineCommand<void>()(
  'coverage.note-basis',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    refusal: Type.Optional(
      Type.Union([Type.Object({ code: Type.String({ maxLength: 64 }), message: Type.String() }), Type.Null()]),
    ),
    rebasedUntil: Type.Optional(Type.Union([EpochMsNumber, Type.Null()])),
  }),
  { isRepeatable: true },
);

export function handleNoteBasis({ coverage }: CoverageCollections): HandlerOf<typeof noteBasis> {
  return async ({ instrumentId: instrument, interval, align, refusal, rebasedUntil }, { now }) => {
    const _id = seriesId(instrumentId(instrument), interval, align);
    const set = {
      ...(refusal === undefined || refusal === null ? {} : { refusal: { ...refusal, at: now } }),
      ...(rebasedUntil === undefined || rebasedUntil === null ? {} : { rebasedUntil }),
    };
    const unset = {
      ...(refusal === null ? { refusal: '' as const } : {}),
      ...(rebasedUntil === null ? { rebasedUntil: '' as const } : {}),
    };
    // Servers refuse operators without fields.
    if (Object.keys(set).length > 0)
      await coverage.updateOne({ _id }, { $set: set, $setOnInsert: { rev: 0, asked: [] } }, { upsert: true });
    if (Object.keys(unset).length > 0) await coverage.updateOne({ _id }, { $unset: unset });
  };
}
