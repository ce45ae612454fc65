import { closeTimeOf, epochMs, type BarInterval, type TimeRange } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { Requester } from '../../platform/requests/index.ts';
import {
  barPages,
  closedPart,
  priorityOf,
  symbolAt,
  type BarsPage,
  type BarsRequest,
  type RequestedInstrument,
} from '../contract/index.ts';
import { barOf, EXCHANGE, isFiller } from './mapper.ts';
import { readKlines, type Kline } from './schema.ts';

export const KLINES_PER_REQUEST = 1_000;
const KLINES_WEIGHT = 2;

/** Oldest first; the next page begins where the last row of the one before ends. */
export async function* fetchKlines(requester: Requester, request: BarsRequest): AsyncGenerator<BarsPage> {
  const { interval, now, signal, range } = request;
  const symbol = symbolAt('binance', request, (exchange) => exchange === EXCHANGE);
  const priority = priorityOf(request);
  let rest = closedPart(range, interval, now);
  while (rest !== undefined) {
    // endTime is inclusive.
    const params = { symbol, interval, startTime: rest.from, endTime: rest.to - 1, limit: KLINES_PER_REQUEST };
    const asked = { weight: KLINES_WEIGHT, priority, signal };
    const { json, vendorTime = now } = await requester.getJson('/api/v3/klines', params, asked);
    const klines = readKlines(json);
    // What still runs by Binance's clock is not over, whatever ours says.
    const closed = closedPart(rest, interval, Math.min(now, vendorTime));
    if (closed === undefined) return;
    const to = Math.min(closed.to, answeredTo(klines, rest, interval));
    yield* barPages(
      klines.filter((kline) => !isFiller(kline)).map(barOf),
      { from: rest.from, to: epochMs(to) },
      interval,
    );
    rest = to < closed.to ? { from: epochMs(to), to: closed.to } : undefined;
  }
}

/** openTime of the first kline that Binance has of a symbol; `undefined` if it has none. */
export async function fetchFirstOpenTime(
  requester: Requester,
  instrument: RequestedInstrument,
  interval: BarInterval,
  signal: AbortSignal,
): Promise<number | undefined> {
  const symbol = symbolAt('binance', instrument, (exchange) => exchange === EXCHANGE);
  const asked = { weight: KLINES_WEIGHT, priority: 'fresh', signal } as const;
  const { json } = await requester.getJson('/api/v3/klines', { symbol, interval, startTime: 0, limit: 1 }, asked);
  return readKlines(json)[0]?.[0];
}

/** Where the answer ends: an empty one says that there is no more. */
function answeredTo(klines: readonly Kline[], { from, to }: TimeRange, interval: BarsRequest['interval']): number {
  if (klines.length === 0) return to;
  const last = klines.reduce((latest, [openTime]) => Math.max(latest, openTime), -Infinity);
  if (last < from) throw new ProviderError('PROVIDER_ANSWER_INVALID', 'binance: klines of another time than asked for');
  return closeTimeOf(last, interval);
}
