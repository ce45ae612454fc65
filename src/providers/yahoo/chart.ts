import { DAY_MS, exchangeOf, type BarInterval, type TimeRange } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { Priority, Requester } from '../../platform/requests/index.ts';
import { symbolAt, type RequestedInstrument } from '../contract/index.ts';
import { exchangeOfMeta, isYahooExchange } from './mapper.ts';
import { readChart, type ChartResult } from './schema.ts';

export interface ChartQuestion {
  readonly interval: string;
  /** Half-open; Yahoo counts whole seconds. */
  readonly range: { readonly from: number; readonly to: number };
  readonly priority: Priority;
  readonly signal: AbortSignal;
}

export interface Chart {
  readonly symbol: string;
  readonly result: ChartResult;
  readonly vendorTime: number | undefined;
}

/** One request; the answer is about what was asked for, or refused. */
export async function askChart(
  requester: Requester,
  instrument: RequestedInstrument,
  { interval, range, priority, signal }: ChartQuestion,
): Promise<Chart> {
  const symbol = symbolOf(instrument);
  const params = {
    interval,
    period1: Math.floor(range.from / 1_000),
    period2: Math.ceil(range.to / 1_000),
    events: 'div,splits',
    includePrePost: 'false',
  };
  const path = `/v8/finance/chart/${encodeURIComponent(symbol)}`;
  const { json, vendorTime } = await requester.getJson(path, params, { priority, signal });
  const result = readChart(json).chart.result[0];
  checkSubject(result, instrument, symbol, interval);
  return { symbol, result, vendorTime };
}

/** Classes of a share, which the exchanges write after a dot, have a dash there. */
function symbolOf(instrument: RequestedInstrument): string {
  const symbol = symbolAt('yahoo', instrument, isYahooExchange);
  return instrument.symbol === undefined ? symbol.replaceAll('.', '-') : symbol;
}

function checkSubject({ meta }: ChartResult, instrument: RequestedInstrument, symbol: string, interval: string): void {
  if (meta.symbol.toUpperCase() !== symbol.toUpperCase())
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `yahoo: answered ${meta.symbol} when asked for ${symbol}`);
  if (meta.dataGranularity !== interval)
    throw new ProviderError(
      'PROVIDER_ANSWER_INVALID',
      `yahoo: answered bars of ${meta.dataGranularity} when asked for ${interval}`,
    );
  // The same letters on another exchange are another company.
  const listedOn = exchangeOfMeta(meta) ?? meta.exchangeName;
  if (instrument.symbol === undefined && listedOn !== exchangeOf(instrument.instrumentId))
    throw new ProviderError(
      'PROVIDER_SYMBOL_UNKNOWN',
      `yahoo: ${symbol} is listed on ${listedOn}, so it is not ${instrument.instrumentId}; an alias may name its code`,
    );
}

/**
 * More on both sides. Of days one: which moments a trading day has depends on a zone that only the answer tells. Of
 * shorter bars half of one, so that a part of a session is seen as such; never older than Yahoo reaches.
 */
export function withMargin({ from, to }: TimeRange, interval: BarInterval, reach = -Infinity): ChartQuestion['range'] {
  const marginMs = interval === '1d' ? DAY_MS : DAY_MS / 2;
  return { from: Math.max(from - marginMs, reach), to: to + marginMs };
}
