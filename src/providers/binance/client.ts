import type { BarInterval } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { createRequester, type RequestLimits, type VendorOptions } from '../../platform/requests/index.ts';
import type { SocketPatience } from '../../platform/sockets/index.ts';
import { VendorClock, type MarketDataProvider } from '../contract/index.ts';
import { fetchFirstOpenTime, fetchKlines, KLINES_PER_REQUEST } from './fetch-klines.ts';
import { createInstrumentList } from './instrument-list.ts';
import { createLive } from './live.ts';
import { explainRefusal } from './mapper.ts';

/** Binance's own but `3d`, which is no interval of ours; it counts every one of them on our grid. */
const INTERVALS: readonly BarInterval[] = [
  '1s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '1h',
  '2h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '1w',
  '1M',
];
const FINALITY_MS = 30_000;

/** Binance allows 6,000 weight a minute per address; a tenth is left to others at the same address. */
const LIMITS: RequestLimits = { windowMs: 60_000, requests: 2_700, weight: 5_400, concurrent: 8 };

/** By default the hosts that serve market data without a key. */
export interface BinanceOptions extends VendorOptions {
  /** Base of the streams. */
  readonly wsUrl?: string | undefined;
  readonly socketPatience?: SocketPatience;
}

/** Binance spot. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api */
export function createBinance(options: BinanceOptions): MarketDataProvider {
  const { clock, baseUrl = 'https://data-api.binance.vision' } = options;
  const { wsUrl = 'wss://data-stream.binance.vision', socketPatience } = options;
  const vendorClock = new VendorClock(options);
  const asking = { name: 'binance', baseUrl, limits: LIMITS, explain: explainRefusal, onAsk: vendorClock.ask };
  const requester = createRequester({ ...options, ...asking });
  const instruments = createInstrumentList(requester, options.elapsed ?? clock);
  const closing = new AbortController();
  return {
    name: 'binance',
    isSynthetic: false,
    basis: 'raw',
    intervals: INTERVALS,
    barsPerRequest: KLINES_PER_REQUEST,
    finalityDelayMs: () => FINALITY_MS,
    reachOf: () => undefined,
    fetchBars: (request) => fetchKlines(requester, request),
    firstOpenTime: (instrument, interval, signal) => fetchFirstOpenTime(requester, instrument, interval, signal),
    searchInstruments: instruments.search,
    describeInstrument: instruments.describe,
    live: createLive({ wsUrl, clock, vendorClock, patience: socketPatience, instruments, closing: closing.signal }),
    vendorClock,
    state: requester.state,
    async close() {
      closing.abort(new ProviderError('PROVIDER_UNAVAILABLE', 'binance: the provider is closed'));
      await requester.close();
    },
  };
}
