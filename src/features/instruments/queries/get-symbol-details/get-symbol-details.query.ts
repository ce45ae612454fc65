import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { declaredIn, type InstrumentDetails, type InstrumentsCollections } from '../../collections.ts';

/** What is declared of an instrument; `undefined` if it was never registered. */
export const getSymbolDetails = defineQuery<InstrumentDetails | undefined>()(
  'instruments.get-symbol-details',
  Type.Object({ instrumentId: InstrumentIdText }),
);

export function answerGetSymbolDetails({ instruments }: InstrumentsCollections): HandlerOf<typeof getSymbolDetails> {
  return async ({ instrumentId: _id }) => declaredIn(await instruments.findOne({ _id }));
}
