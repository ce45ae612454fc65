import { exchangeOf, type TimeRange } from '../../market/index.ts';
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
  const symbol = symbolAt('yahoo', instrument, isYahooExchange);
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

/** A day more on both sides: which moments a trading day has depends on a zone that only the answer tells. */
export function withMargin({ from, to }: TimeRange): ChartQuestion['range'] {
  const DAY_MS = 86_400_000;
  return { from: from - DAY_MS, to: to + DAY_MS };
}
