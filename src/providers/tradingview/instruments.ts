import { instrumentIdIn, type InstrumentId } from '../../market/index.ts';
import type { ProviderInstrument } from '../contract/index.ts';
import type { WireFoundSymbol, WireSymbolInfo } from './schema.ts';

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
  const instrumentId = instrumentIdIn(symbol);
  if (instrumentId === undefined) return undefined;
  return {
    instrumentId,
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
