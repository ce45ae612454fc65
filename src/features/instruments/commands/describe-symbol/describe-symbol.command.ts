import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { ProviderInstrument } from '../../../../providers/contract/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';
import { detailsOf } from '../../details-of.ts';
import { keepSearchText } from '../../search-text.ts';

/** What a provider can tell of an instrument. */
const TOLD = ['name', 'assetType', 'currency', 'priceDecimals'] as const;

/**
 * Fills in what a provider says of a registered instrument, where nobody has said anything of it yet; only then is
 * `ask` called. What a user declares meanwhile stays.
 */
export const describeSymbol = defineCommand<void>()(
  'instruments.describe-symbol',
  Type.Object({
    instrumentId: InstrumentIdText,
    ask: Type.Unsafe<() => Promise<ProviderInstrument | undefined>>({}),
  }),
);

export function handleDescribeSymbol({ instruments }: InstrumentsCollections): HandlerOf<typeof describeSymbol> {
  return async ({ instrumentId: _id, ask }) => {
    const known = await instruments.findOne({ _id });
    if (known === null || TOLD.some((field) => known[field] !== undefined)) return;
    const told = await ask();
    const operations = Object.entries(told === undefined ? {} : detailsOf(told)).map(([field, value]) => ({
      updateOne: { filter: { _id, [field]: { $exists: false } }, update: { $set: { [field]: value } } },
    }));
    if (operations.length === 0) return;
    await instruments.bulkWrite(operations, { ordered: false });
    await keepSearchText(instruments, _id);
  };
}
