import { ProviderError } from '../../platform/errors/index.ts';
import { createRequester, type Patience, type RequestLimits, type Timer } from '../../platform/requests/index.ts';
import { symbolAt, type MarketDataProvider, type RequestedInstrument } from '../contract/index.ts';
import { BARS_PER_REQUEST, fetchBars } from './fetch-bars.ts';
import { fetchCorporateActions } from './fetch-corporate-actions.ts';
import { isCrypto, isUsExchange, KEYS_HINT, refusalReader, TIMEFRAMES } from './mapper.ts';
import { readLatestBars } from './schema.ts';

/** Late trades change a minute; the free plan sees the last 15 minutes of all exchanges only afterwards. */
const FINALITY_MS = 17 * 60_000;
const DAY_FINALITY_MS = 12 * 3_600_000;

/** The free plan's 200 a minute. */
const LIMITS: RequestLimits = { windowMs: 60_000, requests: 200, concurrent: 4 };

const MOST_KNOWN = 20_000;

export interface AlpacaOptions {
  readonly baseUrl?: string;
  /** Both are needed for stocks; crypto is served without. */
  readonly key?: string;
  readonly secret?: string;
  /** `sip`, `iex`, `otc`, `boats`; default: the best of the plan. */
  readonly feed?: string;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly limits?: RequestLimits;
  readonly patience?: Patience;
  readonly timer?: Timer;
}

/** Alpaca's market data: stocks of the US, raw, and crypto by alias (`alpaca:BTC/USD`). @see https://docs.alpaca.markets */
export function createAlpaca(options: AlpacaOptions): MarketDataProvider {
  const { baseUrl = 'https://data.alpaca.markets', limits = LIMITS, key = '', secret = '', feed } = options;
  const hasKeys = key !== '' && secret !== '';
  const requester = createRequester({
    ...options,
    name: 'alpaca',
    baseUrl,
    limits,
    headers: hasKeys ? { 'apca-api-key-id': key, 'apca-api-secret-key': secret } : {},
    explain: refusalReader(hasKeys ? [key, secret] : []),
  });
  const known = new Set<string>();

  function symbolOf(instrument: RequestedInstrument): string {
    const symbol = symbolAt('alpaca', instrument, isUsExchange);
    if (isCrypto(symbol) || hasKeys) return symbol;
    throw new ProviderError('PROVIDER_REFUSED', `alpaca: stocks need a key: ${KEYS_HINT}`);
  }

  async function confirmSymbol(symbol: string, signal: AbortSignal): Promise<void> {
    if (known.has(symbol)) return;
    const path = isCrypto(symbol) ? '/v1beta3/crypto/us/latest/bars' : '/v2/stocks/bars/latest';
    const params = isCrypto(symbol) ? { symbols: symbol } : { symbols: symbol, feed };
    const { json } = await requester.getJson(path, params, { signal });
    if (readLatestBars(json).bars?.[symbol] === undefined)
      throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `alpaca: no bar of ${symbol} was ever seen`);
    if (known.size >= MOST_KNOWN) known.clear();
    known.add(symbol);
  }

  return {
    name: 'alpaca',
    isSynthetic: false,
    basis: 'raw',
    intervals: [...TIMEFRAMES.keys()],
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: (interval) => (interval === '1d' ? DAY_FINALITY_MS : FINALITY_MS),
    reachOf: () => undefined,
    async *fetchBars(request) {
      const symbol = symbolOf(request);
      yield* fetchBars(requester, request, {
        symbol,
        feed,
        confirmSymbol: () => confirmSymbol(symbol, request.signal),
      });
    },
    fetchCorporateActions: async (instrument, range, signal) => {
      const symbol = symbolOf(instrument);
      return isCrypto(symbol) ? [] : fetchCorporateActions(requester, symbol, range, signal);
    },
    state: requester.state,
    close: requester.close,
  };
}
