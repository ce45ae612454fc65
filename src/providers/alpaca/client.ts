import { ProviderError } from '../../platform/errors/index.ts';
import { createRequester, type RequestLimits, type VendorOptions } from '../../platform/requests/index.ts';
import type { SocketPatience } from '../../platform/sockets/index.ts';
import { symbolAt, VendorClock, type MarketDataProvider, type RequestedInstrument } from '../contract/index.ts';
import { createDataPlan } from './data-plan.ts';
import { BARS_PER_REQUEST, fetchBars } from './fetch-bars.ts';
import { fetchCorporateActions } from './fetch-corporate-actions.ts';
import { createLive } from './live.ts';
import { isCrypto, isUsExchange, KEYS_HINT, refusalReader, TIMEFRAMES } from './mapper.ts';
import { createSymbolCheck } from './symbol-check.ts';

const DAY_FINALITY_MS = 12 * 3_600_000;

/** The free plan's 200 a minute. */
const LIMITS: RequestLimits = { windowMs: 60_000, requests: 200, concurrent: 4 };

export interface AlpacaOptions extends VendorOptions {
  /** Base of the streams. */
  readonly wsUrl?: string | undefined;
  /** Both are needed for stocks; crypto is served without. */
  readonly key?: string | undefined;
  readonly secret?: string | undefined;
  /** `sip`, `iex`, `otc`, `boats`, `overnight`; default: the best of the plan, and `iex` for live data. */
  readonly feed?: string | undefined;
  readonly socketPatience?: SocketPatience;
}

/** Alpaca's market data: stocks of the US, raw, and crypto by alias (`alpaca:BTC/USD`). @see https://docs.alpaca.markets */
export function createAlpaca(options: AlpacaOptions): MarketDataProvider {
  const { baseUrl = 'https://data.alpaca.markets', key = '', secret = '', feed } = options;
  const { wsUrl = 'wss://stream.data.alpaca.markets', socketPatience } = options;
  const hasKeys = key !== '' && secret !== '';
  const vendorClock = new VendorClock(options);
  const requester = createRequester({
    ...options,
    onAsk: vendorClock.ask,
    name: 'alpaca',
    baseUrl,
    limits: LIMITS,
    headers: hasKeys ? { 'apca-api-key-id': key, 'apca-api-secret-key': secret } : {},
    explain: refusalReader(hasKeys ? [key, secret] : []),
  });
  const plan = createDataPlan(feed);
  const symbols = createSymbolCheck(requester, { feed, plan, clock: options.clock });
  const closing = new AbortController();

  function symbolOf(instrument: RequestedInstrument): string {
    const symbol = symbolAt('alpaca', instrument, isUsExchange);
    if (isCrypto(symbol) || hasKeys) return symbol;
    throw new ProviderError('PROVIDER_REFUSED', `alpaca: stocks need a key: ${KEYS_HINT}`);
  }

  return {
    name: 'alpaca',
    isSynthetic: false,
    basis: 'raw',
    intervals: [...TIMEFRAMES.keys()],
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: (interval) => (interval === '1d' ? DAY_FINALITY_MS : plan.finalityMs),
    reachOf: () => undefined,
    async *fetchBars(request) {
      const symbol = symbolOf(request);
      yield* fetchBars(requester, request, {
        symbol,
        feed,
        plan,
        confirmSymbol: () => symbols.confirm(symbol, request.signal),
      });
    },
    fetchCorporateActions: async (instrument, range, signal) => {
      const symbol = symbolOf(instrument);
      return isCrypto(symbol) ? [] : fetchCorporateActions(requester, symbol, range, signal);
    },
    live: createLive({
      wsUrl,
      feed: feed ?? 'iex',
      keys: hasKeys ? { key, secret } : undefined,
      clock: options.clock,
      vendorClock,
      patience: socketPatience,
      unknownOf: symbols.unknownOf,
      closing: closing.signal,
    }),
    vendorClock,
    key: { need: 'needed', isSet: hasKeys },
    state: requester.state,
    async close() {
      closing.abort(new ProviderError('PROVIDER_UNAVAILABLE', 'alpaca: the provider is closed'));
      await requester.close();
    },
  };
}
