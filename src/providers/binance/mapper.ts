import { instrumentIdIn } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { ProviderInstrument, VendorBar } from '../contract/index.ts';
import { readErrorBody, type ExchangeSymbol, type Kline } from './schema.ts';

export const EXCHANGE = 'BINANCE';

export function barOf([openTime, open, high, low, close, volume, , turnover, trades]: Kline): VendorBar {
  return {
    openTime,
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: Number(volume),
    trades,
    turnover: Number(turnover),
  };
}

/** Where nothing traded, Binance repeats the last price: no bar of ours. */
export function isFiller([, , , , , volume, , , trades]: Kline): boolean {
  return trades === 0 && Number(volume) === 0;
}

/** `undefined` for a symbol that no InstrumentId can hold. */
export function instrumentOf({
  symbol,
  baseAsset,
  quoteAsset,
  filters,
}: ExchangeSymbol): ProviderInstrument | undefined {
  const instrumentId = instrumentIdIn(`${EXCHANGE}:${symbol}`);
  if (instrumentId === undefined) return undefined;
  const tickSize = filters.find(({ filterType }) => filterType === 'PRICE_FILTER')?.tickSize;
  return {
    instrumentId,
    symbol,
    name: `${baseAsset}/${quoteAsset}`,
    assetType: 'crypto',
    currency: quoteAsset,
    priceDecimals: tickSize === undefined ? undefined : decimalsOf(tickSize),
  };
}

/** `0.01000000` has two. */
function decimalsOf(tickSize: string): number {
  const [, fraction = ''] = tickSize.split('.');
  return fraction.replace(/0+$/, '').length;
}

const UNKNOWN_SYMBOL = -1121;
// A symbol with letters that no symbol has.
const ILLEGAL_CHARACTERS = -1100;

export function explainRefusal(status: number, body: unknown): ProviderError {
  if (status === 403) return new ProviderError('PROVIDER_REFUSED', 'binance: the firewall refuses this address');
  try {
    const { code, msg } = readErrorBody(body);
    const isUnknown = code === UNKNOWN_SYMBOL || (code === ILLEGAL_CHARACTERS && msg.includes("'symbol'"));
    return new ProviderError(isUnknown ? 'PROVIDER_SYMBOL_UNKNOWN' : 'PROVIDER_REFUSED', `binance: ${msg} (${code})`);
  } catch {
    return new ProviderError('PROVIDER_REFUSED', `binance: refused with status ${status}`);
  }
}
