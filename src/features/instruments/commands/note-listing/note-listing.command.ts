import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';

/**
 * Notes since when a registered instrument is listed (UTC epoch ms), where nobody has said so yet; only then is `ask`
 * called. What a user declares meanwhile stays.
 */
export const noteListing = defineCommand<void>()(
  'instruments.note-listing',
  Type.Object({
    instrumentId: InstrumentIdText,
    ask: Type.Unsafe<() => Promise<number | undefined>>({}),
  }),
  { isRepeatable: true },
);

export function handleNoteListing({ instruments }: InstrumentsCollections): HandlerOf<typeof noteListing> {
  return async ({ instrumentId: _id, ask }) => {
    const known = await instruments.findOne({ _id });
    if (known === null || known.listedFrom !== undefined) return;
    const listedFrom = await ask();
    if (listedFrom === undefined || listedFrom >= (known.listedTo ?? Infinity)) return;
    await instruments.updateOne({ _id, listedFrom: { $exists: false } }, { $set: { listedFrom } });
  };
}
