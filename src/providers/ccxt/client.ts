import type { BarInterval } from '../../market/index.ts';
import type { VendorOptions } from '../../platform/requests/index.ts';
import { VendorClock, type MarketDataProvider } from '../contract/index.ts';
import { shareExchange } from './exchange.ts';
import { fetchOhlcv } from './fetch-ohlcv.ts';
import { createMarkets } from './markets.ts';

/** What nearly every exchange has, on our grid; weeks and months begin on other days at some. */
const INTERVALS: readonly BarInterval[] = ['1m', '5m', '15m', '30m', '1h', '4h', '1d'];
const BARS_PER_REQUEST = 1_000;
const FINALITY_MS = 60_000;

export interface CcxtOptions extends Omit<VendorOptions, 'baseUrl'> {
  /** As ccxt names it: `binance`, `kraken`. Instruments are its name in capitals with its market ids: `KRAKEN:XXBTZUSD`. */
  readonly exchange: string;
  /** In place of scheme and host of all addresses of the exchange; default: its own. */
  readonly url?: string;
}

/**
 * Any exchange that the library ccxt knows; the library is optional and loaded at first use.
 * An interval that the exchange lacks is `PROVIDER_OUT_OF_REACH`.
 * @see https://docs.ccxt.com
 */
export function createCcxt(options: CcxtOptions): MarketDataProvider {
  const name = `ccxt-${options.exchange}`;
  const vendorClock = new VendorClock(options);
  const shared = shareExchange({ ...options, name, onAsk: vendorClock.ask });
  const exchangeName = options.exchange.toUpperCase();
  const markets = createMarkets(shared, { name, exchangeName, elapsed: options.elapsed ?? options.clock });
  return {
    name,
    isSynthetic: false,
    basis: 'raw',
    intervals: INTERVALS,
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: () => FINALITY_MS,
    reachOf: () => undefined,
    fetchBars: (request) => fetchOhlcv(name, shared, markets, request),
    searchInstruments: markets.search,
    describeInstrument: markets.describe,
    vendorClock,
    close: shared.close,
  };
}
