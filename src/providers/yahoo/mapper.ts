import { openTimeAt, type BarInterval } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { localDay, tellsVolume, withoutFillers, type CorporateAction, type VendorBar } from '../contract/index.ts';
import { readChartError, type ChartResult, type Meta } from './schema.ts';

/** Exchanges whose symbols are Yahoo's, and the names it gives them. */
const EXCHANGES: ReadonlyMap<string, string> = new Map([
  ['NMS', 'NASDAQ'], ['NGM', 'NASDAQ'], ['NCM', 'NASDAQ'], ['NYQ', 'NYSE'], ['PCX', 'ARCA'], ['ASE', 'AMEX'], ['BTS', 'BATS'],
]); // prettier-ignore
const KNOWN = new Set(EXCHANGES.values());

const ASSET_TYPES: ReadonlyMap<string, string> = new Map([
  ['EQUITY', 'stock'], ['ETF', 'etf'], ['CRYPTOCURRENCY', 'crypto'], ['CURRENCY', 'forex'], ['INDEX', 'index'], ['FUTURE', 'future'],
]); // prettier-ignore

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
const HUNDREDTHS: ReadonlyMap<string, string> = new Map([['GBp', 'GBX'], ['ZAc', 'ZAC']]); // prettier-ignore

export function currencyOf({ currency }: Meta): string | undefined {
  if (currency === undefined || currency === null) return undefined;
  return HUNDREDTHS.get(currency) ?? (currency.toUpperCase() === currency ? currency : undefined);
}

/**
 * Rows without a price had no trade, and are no bars; nor are those of volume 0 that repeat the close before, if the
 * volume is told of this instrument. Where a price moved though the volume is 0, Yahoo has lost the volume.
 *
 * The last row of days is live and may repeat the day of the row before: then it alone counts.
 */
export function barsOfChart(chart: ChartResult, isDaily: boolean): VendorBar[] {
  const rows = pricedRows(chart, isDaily);
  const last = rows.at(-1);
  const bars = isDaily ? rows.filter((row) => row === last || row.openTime !== last?.openTime) : rows;
  const hasVolume = TYPES_WITH_VOLUME.has(chart.meta.instrumentType ?? '') || tellsVolume(bars);
  return hasVolume ? withoutFillers(bars) : bars;
}

function pricedRows({ timestamp = [], indicators, meta }: ChartResult, isDaily: boolean): VendorBar[] {
  const { open, high, low, close, volume } = indicators.quote[0];
  const columns = [open ?? [], high ?? [], low ?? [], close ?? [], ...(volume === undefined ? [] : [volume])];
  if (columns.some(({ length }) => length !== timestamp.length))
    throw new ProviderError('PROVIDER_ANSWER_INVALID', 'yahoo: chart has columns of different lengths');
  return timestamp.flatMap((seconds, index) => {
    const [o, h, l, c] = [open?.[index], high?.[index], low?.[index], close?.[index]];
    if (!isPrice(o) || !isPrice(h) || !isPrice(l) || !isPrice(c)) return [];
    const bar = { open: o, high: h, low: l, close: c, volume: volume?.[index] ?? NaN };
    if (isDaily) return { ...bar, openTime: tradingDayOf(seconds, meta) };
    // The live row shows the last trade, not the bar of the interval in which it happened.
    return { ...bar, openTime: seconds * 1_000, isDoubtful: seconds === meta.regularMarketTime };
  });
}

/** openTime of the interval that holds the first trade; `undefined` where Yahoo does not say when that was. */
export function firstOpenTimeOf(meta: Meta, interval: BarInterval): number | undefined {
  const { firstTradeDate } = meta;
  if (firstTradeDate === undefined || firstTradeDate === null) return undefined;
  return interval === '1d' ? tradingDayOf(firstTradeDate, meta) : openTimeAt(firstTradeDate * 1_000, interval);
}

/** Oldest first. Amounts are as Yahoo states them. */
export function actionsOfChart({ events = {}, meta }: ChartResult): CorporateAction[] {
  const splits = Object.values(events.splits ?? {}).map(({ date, numerator, denominator }): CorporateAction => ({
    kind: 'split',
    exDay: tradingDayOf(date, meta),
    numerator,
    denominator,
  }));
  const dividends = Object.values(events.dividends ?? {}).map(({ date, amount }): CorporateAction => ({
    kind: 'dividend',
    exDay: tradingDayOf(date, meta),
    amount,
  }));
  return [...splits, ...dividends].sort((a, b) => a.exDay - b.exDay);
}

function tradingDayOf(seconds: number, { exchangeTimezoneName }: Meta): number {
  try {
    return localDay(seconds * 1_000 + DST_SLIP_MS, exchangeTimezoneName);
  } catch (cause) {
    const what = `no day at ${seconds} in the zone ${exchangeTimezoneName}`;
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `yahoo: ${what}`, { cause });
  }
}

function isPrice(value: number | null | undefined): value is number {
  return value !== null && value !== undefined;
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
