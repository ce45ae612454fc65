import { Check } from 'typebox/value';
import type { ProviderInstrument } from '../../providers/contract/index.ts';
import type { InstrumentDetails } from './collections.ts';
import { detailFields } from './schemas.ts';

/** What a provider says of an instrument, as far as it may be declared. */
export function detailsOf({ name, assetType, currency, priceDecimals }: ProviderInstrument): InstrumentDetails {
  return {
    ...(fits('name', name) ? { name } : {}),
    ...(fits('assetType', assetType) ? { assetType } : {}),
    ...(fits('currency', currency) ? { currency } : {}),
    ...(fits('priceDecimals', priceDecimals) ? { priceDecimals } : {}),
  };
}

function fits<Value>(field: keyof typeof detailFields, value: Value | undefined): value is Value {
  return value !== undefined && Check(detailFields[field], value);
}
