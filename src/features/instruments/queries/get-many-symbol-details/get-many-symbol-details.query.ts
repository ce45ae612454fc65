import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { declaredIn, type InstrumentDetails, type InstrumentsCollections } from '../../collections.ts';

/** What is declared of instruments, in the order of their ids; `undefined` for those that were never registered. */
export const getManySymbolDetails = defineQuery<readonly (InstrumentDetails | undefined)[]>()(
  'instruments.get-many-symbol-details',
  Type.Object({ instrumentIds: Type.Array(InstrumentIdText) }),
);

export function answerGetManySymbolDetails({
  instruments,
}: InstrumentsCollections): HandlerOf<typeof getManySymbolDetails> {
  return async ({ instrumentIds }) => {
    const documents = await instruments.find({ _id: { $in: instrumentIds } }).toArray();
    const byId = new Map(documents.map((document) => [document._id, document]));
    return instrumentIds.map((id) => declaredIn(byId.get(id)));
  };
}
