import { INSTRUMENT_ID_PATTERN, instrumentId, type InstrumentId } from '../../market/index.ts';
import type { ProviderInstrument } from '../contract/index.ts';
import type { WireFoundSymbol, WireSymbolInfo } from './schema.ts';

const idText = new RegExp(INSTRUMENT_ID_PATTERN);

/** What the vendor says of a symbol. */
export function instrumentOfInfo(id: InstrumentId, symbol: string, info: WireSymbolInfo): ProviderInstrument {
  return {
    instrumentId: id,
    symbol,
    name: presentText(info.description),
    assetType: presentText(info.type),
    currency: presentText(info.currency_code),
    priceDecimals: decimalsOf(info.pricescale),
  };
}

/** A search result; `undefined` where its code cannot be written as an InstrumentId. */
export function instrumentOfResult(found: WireFoundSymbol): ProviderInstrument | undefined {
  const exchange = presentText(found.prefix) ?? found.exchange.split(' ')[0];
  const symbol = `${exchange}:${found.symbol}`;
  // `CME:ES1!` becomes `CME:ES1_`, whose alias is the vendor's code.
  const id = symbol.toUpperCase().replaceAll(/[^A-Z0-9._:-]/g, '_');
  if (!idText.test(id)) return undefined;
  return {
    instrumentId: instrumentId(id),
    symbol,
    name: presentText(found.description),
    assetType: presentText(found.type),
    currency: presentText(found.currency_code),
    priceDecimals: undefined,
  };
}

export function presentText(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** Prices in 32nds have none. */
function decimalsOf(pricescale: number | undefined): number | undefined {
  const decimals = pricescale === undefined ? NaN : Math.log10(pricescale);
  return Number.isInteger(decimals) && decimals >= 0 ? decimals : undefined;
}
