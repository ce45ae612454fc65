import { openTimeAt, type BarInterval } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { localDay, tellsVolume, withoutFillers, type CorporateAction, type VendorBar } from '../contract/index.ts';
import { readChartError, readDividend, readEvents, readSplit, type ChartResult, type Meta } from './schema.ts';

/** Exchanges whose symbols are Yahoo's, and the names it gives them. */
const EXCHANGES: ReadonlyMap<string, string> = new Map([
  ['NMS', 'NASDAQ'],
  ['NGM', 'NASDAQ'],
  ['NCM', 'NASDAQ'],
  ['NYQ', 'NYSE'],
  ['PCX', 'ARCA'],
  ['ASE', 'AMEX'],
  ['BTS', 'BATS'],
]);
const KNOWN = new Set(EXCHANGES.values());

const ASSET_TYPES: ReadonlyMap<string, string> = new Map([
  ['EQUITY', 'stock'],
  ['ETF', 'etf'],
  ['CRYPTOCURRENCY', 'crypto'],
  ['CURRENCY', 'forex'],
  ['INDEX', 'index'],
  ['FUTURE', 'future'],
]);

/** Of others, such as an index or a currency, Yahoo's volume may be 0 whatever is traded. */
const TYPES_WITH_VOLUME = new Set(['EQUITY', 'ETF', 'CRYPTOCURRENCY', 'FUTURE']);

// A day's time is the regular open or local midnight, and around some DST changes up to two hours earlier than that.
const DST_SLIP_MS = 7_200_000;

export function isYahooExchange(exchange: string): boolean {
  return KNOWN.has(exchange);
}

/** `undefined` for an exchange that we have no name for. */
export function exchangeOfMeta({ exchangeName }: Meta): string | undefined {
  return EXCHANGES.get(exchangeName);
}

export function assetTypeOf({ instrumentType }: Meta): string | undefined {
  return instrumentType === undefined ? undefined : ASSET_TYPES.get(instrumentType);
}

/** Hundredths of a currency, which Yahoo writes with a small letter, and what others call them. */
const HUNDREDTHS: ReadonlyMap<string, string> = new Map([
  ['GBp', 'GBX'],
  ['ZAc', 'ZAC'],
]);

export function currencyOf({ currency }: Meta): string | undefined {
  if (currency === undefined || currency === null) return undefined;
  return HUNDREDTHS.get(currency) ?? (currency.toUpperCase() === currency ? currency : undefined);
}

/** What a row says of its interval. */
export interface ChartRow {
  /** With `NaN` for a price that is not told. */
  readonly bar: VendorBar;
  /** The date of its session at the exchange, 00:00Z. */
  readonly day: number;
  /**
   * `silent`: no price and no volume, by which Yahoo says that nothing traded; `lost`: a part of the prices, or a volume
   * without them; `live`: the last trade, not the bar of the interval in which it happened.
   */
  readonly kind: 'bar' | 'silent' | 'lost' | 'live';
}

/**
 * Bars, and doubtful rows. Rows of volume 0 that repeat the close before had no trade, if the volume is told of this
 * instrument. Where a price moved though the volume is 0, Yahoo has lost the volume.
 *
 * The last row of days is live and may repeat the day of the row before: then it alone counts.
 */
export function barsOfRows(rows: readonly ChartRow[], { instrumentType = '' }: Meta, isDaily: boolean): VendorBar[] {
  const priced = rows.filter(({ kind }) => kind === 'bar' || kind === 'live').map(({ bar }) => bar);
  const last = priced.at(-1);
  const bars = isDaily ? priced.filter((bar) => bar === last || bar.openTime !== last?.openTime) : priced;
  const hasVolume = TYPES_WITH_VOLUME.has(instrumentType) || tellsVolume(bars);
  const lost = rows.filter(({ kind }) => kind === 'lost').map(({ bar }) => bar);
  return [...(hasVolume ? withoutFillers(bars) : bars), ...lost];
}

export function rowsOfChart({ timestamp = [], indicators, meta }: ChartResult, isDaily: boolean): ChartRow[] {
  const { open, high, low, close, volume } = indicators.quote[0];
  const columns = [open ?? [], high ?? [], low ?? [], close ?? [], ...(volume === undefined ? [] : [volume])];
  if (columns.some(({ length }) => length !== timestamp.length))
    throw new ProviderError('PROVIDER_ANSWER_INVALID', 'yahoo: chart has columns of different lengths');
  return timestamp.map((seconds, index) => {
    const told = (column: Column): number => column?.[index] ?? NaN;
    const prices = { open: told(open), high: told(high), low: told(low), close: told(close) };
    const row = { ...prices, volume: told(volume) };
    const kind = kindOf(row, !isDaily && seconds === meta.regularMarketTime);
    const day = isDaily ? tradingDayOf(seconds, meta) : dayAt(seconds * 1_000, meta);
    const openTime = isDaily ? day : seconds * 1_000;
    return { kind, day, bar: { ...row, openTime, isDoubtful: kind === 'live' || kind === 'lost' } };
  });
}

/** openTime of the interval that holds the first trade; `undefined` where Yahoo does not say when that was. */
export function firstOpenTimeOf(meta: Meta, interval: BarInterval): number | undefined {
  const { firstTradeDate } = meta;
  if (firstTradeDate === undefined || firstTradeDate === null) return undefined;
  return interval === '1d' ? tradingDayOf(firstTradeDate, meta) : openTimeAt(firstTradeDate * 1_000, interval);
}

type Column = readonly (number | null)[] | undefined;

function kindOf({ volume, ...prices }: Omit<VendorBar, 'openTime'>, isLive: boolean): ChartRow['kind'] {
  const missing = Object.values(prices).filter(Number.isNaN).length;
  if (missing === 0) return isLive ? 'live' : 'bar';
  return missing === Object.keys(prices).length && !(volume > 0) ? 'silent' : 'lost';
}

/** Oldest first. Amounts are as Yahoo states them. An event that cannot be is left out, and told. */
export function actionsOfChart({ events, meta }: ChartResult, warn: (problem: Error) => void): CorporateAction[] {
  const { splits = {}, dividends = {} } = readEvents(events ?? {});
  const split = (event: unknown): CorporateAction => {
    const { date, numerator, denominator } = readSplit(event);
    return { kind: 'split', exDay: tradingDayOf(date, meta), numerator, denominator };
  };
  const dividend = (event: unknown): CorporateAction => {
    const { date, amount } = readDividend(event);
    return { kind: 'dividend', exDay: tradingDayOf(date, meta), amount };
  };
  const possible = (event: unknown, read: typeof split): CorporateAction[] => {
    try {
      return [read(event)];
    } catch (cause) {
      const told = `yahoo: an event of ${meta.symbol} is left out, as it is impossible: ${JSON.stringify(event)}`;
      warn(new ProviderError('PROVIDER_ANSWER_INVALID', told, { cause }));
      return [];
    }
  };
  return [
    ...Object.values(splits).flatMap((event) => possible(event, split)),
    ...Object.values(dividends).flatMap((event) => possible(event, dividend)),
  ].sort((a, b) => a.exDay - b.exDay);
}

const tradingDayOf = (seconds: number, meta: Meta): number => dayAt(seconds * 1_000 + DST_SLIP_MS, meta);

function dayAt(time: number, { exchangeTimezoneName }: Meta): number {
  try {
    return localDay(time, exchangeTimezoneName);
  } catch (cause) {
    const what = `no day at ${time} in the zone ${exchangeTimezoneName}`;
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `yahoo: ${what}`, { cause });
  }
}

const OUT_OF_REACH = /not available for|must be within|doesn't exist for/i;

export function explainRefusal(status: number, body: unknown): ProviderError {
  try {
    const { code, description } = readChartError(body).chart.error;
    const told = `yahoo: ${description} (${code})`;
    if (OUT_OF_REACH.test(description)) return new ProviderError('PROVIDER_OUT_OF_REACH', told);
    return new ProviderError(status === 404 ? 'PROVIDER_SYMBOL_UNKNOWN' : 'PROVIDER_REFUSED', told);
  } catch {
    return new ProviderError('PROVIDER_REFUSED', `yahoo: refused with status ${status}`);
  }
}
