import { type BarInterval, DAY_MS } from '../../market/index.ts';
import {
  VendorClock,
  type MarketDataProvider,
  type ProviderInstrument,
  type RequestedInstrument,
} from '../contract/index.ts';
import { openChart } from './chart-session.ts';
import { unavailable } from './failures.ts';
import { BARS_PER_REQUEST, fetchBars } from './fetch-bars.ts';
import { instrumentOfInfo } from './instruments.ts';
import { isDaily, RESOLUTIONS, SESSION_RESOLUTIONS } from './mapper.ts';
import { limitsOf, type TradingViewOptions } from './options.ts';
import { liveQuotes } from './live-quotes.ts';
import { searchSymbols } from './search.ts';
import { shareConnection } from './shared-connection.ts';

/** After the close two minutes, and what delayed data lies behind; it is not known before an answer says so. */
const FINALITY_MS = 2 * 60_000 + 900_000;

/**
 * TradingView's chart data: bars adjusted for splits, of regular sessions. How far back they reach depends on the
 * account and is known only when the vendor says so.
 */
export function createTradingView(options: TradingViewOptions): MarketDataProvider {
  const { wsUrl, searchUrl, token, clock } = options;
  const limits = limitsOf(options);
  const vendorClock = new VendorClock(options);
  const connecting = { wsUrl, token, clock, vendorClock, limits };
  const shared = shareConnection(connecting);
  const closing = new AbortController();

  async function describeInstrument(
    { instrumentId, symbol = instrumentId }: RequestedInstrument,
    signal: AbortSignal,
  ): Promise<ProviderInstrument> {
    const place = await shared.acquire(signal);
    try {
      const chart = openChart(place.connection, { symbol, answerMs: limits.answerMs, signal });
      try {
        return instrumentOfInfo(instrumentId, symbol, await chart.resolveSymbol());
      } finally {
        chart.close();
      }
    } finally {
      place.release();
    }
  }

  return {
    name: 'tradingview',
    isSynthetic: false,
    basis: 'split',
    intervals: Object.keys(RESOLUTIONS) as BarInterval[],
    sessionIntervals: Object.keys(SESSION_RESOLUTIONS) as BarInterval[],
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: (interval) => (isDaily(interval) ? DAY_MS / 2 : FINALITY_MS),
    reachOf: () => undefined,
    fetchBars: (request) => fetchBars(shared, request, limits.answerMs),
    searchInstruments: (text, signal) => searchSymbols(text, { searchUrl, searchMs: limits.searchMs, clock }, signal),
    describeInstrument,
    live: liveQuotes(connecting, closing.signal),
    vendorClock,
    key: { need: 'optional', isSet: token !== undefined },
    async close() {
      closing.abort(unavailable('TradingView is closed'));
      await shared.close();
    },
  };
}
