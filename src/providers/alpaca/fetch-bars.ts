import { closeTimeOf, epochMs, isoOfEpochMs, type BarInterval, type EpochMs } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { Requester } from '../../platform/requests/index.ts';
import {
  barPages,
  closedPart,
  priorityOf,
  type BarsPage,
  type BarsRequest,
  type VendorBar,
} from '../contract/index.ts';
import type { DataPlan } from './data-plan.ts';
import { barOf, isCrypto, isOfQuotesAlone, TIMEFRAMES } from './mapper.ts';
import { readBars } from './schema.ts';

export const BARS_PER_REQUEST = 10_000;
const MOST_EMPTY_PAGES = 100;

export interface FetchOptions {
  readonly symbol: string;
  /** Which exchanges a stock's trades are taken from; `undefined`: the best of the plan. */
  readonly feed: string | undefined;
  readonly plan: DataPlan;
  /** An answer without any bar says nothing of whether the symbol exists. @throws ProviderError if it does not */
  readonly confirmSymbol: () => Promise<void>;
}

/**
 * Oldest first, page by page, until Alpaca gives no token for another one. The free plan refuses a question as a whole
 * for the last quarter of an hour in it: it is asked again at once without that, of which then nothing is claimed.
 */
export async function* fetchBars(
  requester: Requester,
  request: BarsRequest,
  options: FetchOptions,
): AsyncGenerator<BarsPage> {
  const { symbol, plan } = options;
  for (;;) {
    const heldBackMs = isCrypto(symbol) ? 0 : plan.heldBackMs;
    try {
      return yield* pagesOf(requester, request, heldBackMs, options);
    } catch (error) {
      if (!plan.learnsFrom(error, heldBackMs)) throw error;
    }
  }
}

async function* pagesOf(
  requester: Requester,
  request: BarsRequest,
  heldBackMs: number,
  { symbol, feed, plan, confirmSymbol }: FetchOptions,
): AsyncGenerator<BarsPage> {
  const { interval, range, now, signal } = request;
  const asked = closedPart(range, interval, now - heldBackMs);
  if (asked === undefined) return;
  const isStock = !isCrypto(symbol);
  const path = isStock ? '/v2/stocks/bars' : '/v1beta3/crypto/us/bars';
  const params = {
    symbols: symbol,
    timeframe: TIMEFRAMES.get(interval),
    start: isoOfEpochMs(asked.from),
    end: isoOfEpochMs(asked.to - 1), // inclusive
    limit: BARS_PER_REQUEST,
    sort: 'asc',
    ...(isStock ? { adjustment: 'raw', feed } : {}),
  };
  const turn = { priority: priorityOf(request), signal };
  let from = asked.from;
  let token: string | undefined;
  let emptyPages = 0;
  let isKnown = false;
  do {
    const { json, vendorTime = now } = await requester.getJson(path, { ...params, page_token: token }, turn);
    if (isStock) plan.wasAnswered(vendorTime - asked.to);
    const { bars: bySymbol, next_page_token } = readBars(json);
    const rows = barsOfSymbol(bySymbol ?? {}, symbol).map((row) => ({
      ...barOf(row, isStock && interval === '1d'),
      isTraded: !isOfQuotesAlone(row),
    }));
    const next = next_page_token ?? undefined;
    isKnown ||= rows.length > 0;
    emptyPages = rows.length === 0 ? emptyPages + 1 : 0;
    if (next !== undefined && (next === token || emptyPages > MOST_EMPTY_PAGES))
      throw new ProviderError('PROVIDER_ANSWER_INVALID', 'alpaca: pages that lead nowhere');
    if (next === undefined && !isKnown) await confirmSymbol();
    // What still runs by Alpaca's clock is not over, whatever ours says.
    const closed = closedPart({ from, to: asked.to }, interval, Math.min(now, vendorTime));
    if (closed === undefined) return;
    const to = next === undefined ? closed.to : epochMs(Math.min(closed.to, answeredTo(rows, from, interval)));
    yield* barPages(
      rows.filter(({ isTraded }) => isTraded),
      { from, to },
      interval,
    );
    from = to;
    token = next;
  } while (token !== undefined && from < asked.to);
}

/** Where a page ends that is followed by another one. */
function answeredTo(rows: readonly VendorBar[], from: EpochMs, interval: BarInterval): number {
  return rows.reduce((end, { openTime }) => Math.max(end, closeTimeOf(openTime, interval)), from as number);
}

function barsOfSymbol<Row>(bars: Readonly<Record<string, readonly Row[]>>, symbol: string): readonly Row[] {
  const other = Object.keys(bars).find((key) => key !== symbol);
  if (other === undefined) return bars[symbol] ?? [];
  throw new ProviderError('PROVIDER_ANSWER_INVALID', `alpaca: answered ${other} when asked for ${symbol}`);
}
