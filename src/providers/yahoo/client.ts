import {
  DAY_MS,
  epochMs,
  firstOpenTimeFrom,
  intersect,
  openTimeOfStep,
  stepAt,
  type BarInterval,
  type TimeRange,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import {
  createRequester,
  type BusyRule,
  type Requester,
  type RequestLimits,
  type VendorOptions,
} from '../../platform/requests/index.ts';
import {
  barPages,
  closedPart,
  priorityOf,
  VendorClock,
  type BarsPage,
  type BarsRequest,
  type MarketDataProvider,
  type RequestedInstrument,
} from '../contract/index.ts';
import { askChart, withMargin, type Chart } from './chart.ts';
import { claimsOf } from './claims.ts';
import {
  actionsOfChart,
  assetTypeOf,
  barsOfRows,
  currencyOf,
  explainRefusal,
  firstOpenTimeOf,
  rowsOfChart,
} from './mapper.ts';

/** 30m has come back as 60m, and hours of US stocks begin at :30: both are derived from these, as is all above a day. */
const INTERVALS: readonly BarInterval[] = ['1m', '5m', '15m', '1d'];
/** Of one trading day each, counted from its opening. */
const SESSION_INTERVALS: readonly BarInterval[] = ['1m', '5m', '15m', '1h'];
/** How far back Yahoo goes, with an hour to spare, as time passes between plan and request. */
const REACH_DAYS: ReadonlyMap<BarInterval, number> = new Map([
  ['1m', 30],
  ['5m', 60],
  ['15m', 60],
  ['1h', 730],
]);
const REACH_MARGIN_MS = 3_600_000;
/** Just under 7 days of 1m, of which a request may have 8 with its margin. */
const INTERVALS_PER_REQUEST = 10_000;
const FINALITY_MS = DAY_MS;

/** Yahoo tells no limits; a minute's worth of this has not been refused. */
const LIMITS: RequestLimits = { windowMs: 60_000, requests: 60, concurrent: 2 };

/** Programs that do not look like a browser are answered 429. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** A 429 without a word of how long lasts for hours, and goes by who asks. Longer than a request waits for its turn. */
const BUSY: BusyRule = {
  pauseMs: 900_000,
  advice:
    'it can take hours; another browser’s name in POCKETQUANT_YAHOO_USER_AGENT or another network address may help',
};

export interface YahooOptions extends VendorOptions {
  /** Default: that of a browser. */
  readonly userAgent?: string | undefined;
  /** Hears of what Yahoo tells that cannot be, and is left out; default: nobody does. */
  readonly warn?: (problem: Error) => void;
}

/** Yahoo Finance's chart, which is not documented. Prices are adjusted for splits by Yahoo. */
export function createYahoo(options: YahooOptions): MarketDataProvider {
  const { baseUrl = 'https://query1.finance.yahoo.com', userAgent = USER_AGENT, clock } = options;
  const { warn = (): void => undefined } = options;
  const headers = { 'user-agent': userAgent };
  const vendorClock = new VendorClock(options);
  const asking = {
    name: 'yahoo',
    baseUrl,
    limits: LIMITS,
    headers,
    busy: BUSY,
    explain: explainRefusal,
    onAsk: vendorClock.ask,
  };
  const requester = createRequester({ ...options, ...asking });
  /** What Yahoo says of an instrument comes with its bars. */
  const askNewest = (instrument: RequestedInstrument, signal: AbortSignal): Promise<Chart> => {
    const range = { from: clock() - 5 * DAY_MS, to: clock() };
    return askChart(requester, instrument, { interval: '1d', range, priority: 'fresh', signal });
  };
  return {
    name: 'yahoo',
    isSynthetic: false,
    basis: 'split',
    intervals: INTERVALS,
    sessionIntervals: SESSION_INTERVALS,
    barsPerRequest: INTERVALS_PER_REQUEST,
    finalityDelayMs: () => FINALITY_MS,
    reachOf,
    fetchBars: (request) => fetchCharts(requester, request),
    describeInstrument: async (instrument, signal) => {
      const { symbol, result } = await askNewest(instrument, signal);
      return {
        instrumentId: instrument.instrumentId,
        symbol,
        name: result.meta.longName,
        assetType: assetTypeOf(result.meta),
        currency: currencyOf(result.meta),
        priceDecimals: undefined,
      };
    },
    firstOpenTime: async (instrument, interval, signal) =>
      firstOpenTimeOf((await askNewest(instrument, signal)).result.meta, interval),
    fetchCorporateActions: async (instrument, range, signal) => {
      const question = { interval: '1d', range: withMargin(range, '1d'), priority: 'backfill', signal } as const;
      const { result } = await askChart(requester, instrument, question);
      return actionsOfChart(result, warn).filter(({ exDay }) => exDay >= range.from && exDay < range.to);
    },
    vendorClock,
    state: requester.state,
    close: requester.close,
  };
}

function reachOf(interval: BarInterval, now: number): number | undefined {
  const days = REACH_DAYS.get(interval);
  return days === undefined ? undefined : firstOpenTimeFrom(now - days * DAY_MS + REACH_MARGIN_MS, interval);
}

/** Oldest first; what Yahoo no longer has, or has lost, is not covered. */
async function* fetchCharts(requester: Requester, request: BarsRequest): AsyncGenerator<BarsPage> {
  const { interval, grid, range, now, signal } = request;
  const reach = reachOf(interval, now);
  if (reach !== undefined && range.to <= reach)
    throw new ProviderError(
      'PROVIDER_OUT_OF_REACH',
      `yahoo: ${interval} reaches back ${REACH_DAYS.get(interval)} days`,
    );
  const reached = reach === undefined ? range : intersect(range, { from: epochMs(reach), to: range.to });
  let rest = reached && closedPart(reached, interval, now, grid);
  const isDaily = interval === '1d';
  while (rest !== undefined) {
    const part = firstPart(rest, interval);
    const question = { interval, range: withMargin(part, interval, reach), priority: priorityOf(request), signal };
    const { result, vendorTime = now } = await askChart(requester, request, question);
    // What still runs by Yahoo's clock is not over, whatever ours says.
    const closed = closedPart(part, interval, Math.min(now, vendorTime), grid);
    if (closed === undefined) return;
    const currency = currencyOf(result.meta);
    const rows = rowsOfChart(result, isDaily);
    const proven = claimsOf(rows, result.meta, interval, grid).flatMap((claim) => intersect(claim, closed) ?? []);
    for (const page of barPages(barsOfRows(rows, result.meta, isDaily), proven, interval, grid))
      yield currency === undefined ? page : { ...page, currency };
    rest = intersect(rest, { from: part.to, to: rest.to });
  }
}

function firstPart({ from, to }: TimeRange, interval: BarInterval): TimeRange {
  const end = openTimeOfStep(stepAt(from, interval) + INTERVALS_PER_REQUEST, interval);
  return { from, to: end < to ? end : to };
}
