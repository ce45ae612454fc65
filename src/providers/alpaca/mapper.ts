import { decimalProduct, type BarInterval } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { localDay, type CorporateAction, type VendorBar } from '../contract/index.ts';
import { readErrorBody, type Bar, type CashDividend, type Split } from './schema.ts';

/** Our intervals in Alpaca's words. Larger ones than an hour lie on New York's clock, except the day, whose date counts. */
export const TIMEFRAMES: ReadonlyMap<BarInterval, string> = new Map([
  ['1m', '1Min'],
  ['3m', '3Min'],
  ['5m', '5Min'],
  ['15m', '15Min'],
  ['30m', '30Min'],
  ['1h', '1Hour'],
  ['1d', '1Day'],
]);

const US_EXCHANGES = new Set(['NASDAQ', 'NYSE', 'ARCA', 'AMEX', 'BATS', 'IEX']);

/** A symbol names one stock on whichever exchange of the US it is listed. */
export function isUsExchange(exchange: string): boolean {
  return US_EXCHANGES.has(exchange);
}

/** Only pairs of crypto have a slash. */
export function isCrypto(symbol: string): boolean {
  return symbol.includes('/');
}

/** @param isTradingDay whether `t` is midnight in New York of the trading day */
export function barOf({ t, o, h, l, c, v, n, vw }: Bar, isTradingDay: boolean): VendorBar {
  const time = Date.parse(t);
  if (Number.isNaN(time)) throw new ProviderError('PROVIDER_ANSWER_INVALID', `alpaca: no such time: ${t}`);
  const openTime = isTradingDay ? localDay(time, 'America/New_York') : time;
  return {
    openTime,
    open: o,
    high: h,
    low: l,
    close: c,
    volume: v,
    ...(n === undefined ? {} : { trades: n }),
    ...(vw === undefined ? {} : { turnover: decimalProduct(vw, v) }),
  };
}

/** Bars of crypto may be made of quotes alone, with whatever prices: nothing traded. */
export function isOfQuotesAlone({ v, n = 0 }: Bar): boolean {
  return v === 0 && n === 0;
}

export function splitOf({ ex_date, old_rate, new_rate }: Split): CorporateAction {
  return { kind: 'split', exDay: Date.parse(ex_date), numerator: new_rate, denominator: old_rate };
}

export function dividendOf({ ex_date, rate }: CashDividend): CorporateAction {
  return { kind: 'dividend', exDay: Date.parse(ex_date), amount: rate };
}

export const KEYS_HINT = 'set POCKETQUANT_ALPACA_KEY and POCKETQUANT_ALPACA_SECRET';
export const PLAN_HINT = 'the plan does not include it: name another feed in POCKETQUANT_ALPACA_FEED';
const FREE_PLAN_HINT =
  'the free plan gives the last 15 minutes of all exchanges only later: wait, or set POCKETQUANT_ALPACA_FEED=iex';

/** What the free plan answers to whoever asks for the last 15 minutes of `sip`. */
export function isTooRecent(told: string): boolean {
  return /subscription does not permit querying recent SIP data/i.test(told);
}

/** What a 4xx means; `secrets` are never repeated, even if Alpaca repeats them. */
export function refusalReader(secrets: readonly string[]): (status: number, body: unknown) => ProviderError {
  return (status, body) => {
    const told = without(secrets, messageOf(body));
    const about = `alpaca: ${told === '' ? `status ${status}` : told}`;
    if (isTooRecent(about)) return new ProviderError('PROVIDER_REFUSED', `${about}; ${FREE_PLAN_HINT}`);
    if (status === 403 && /subscription/i.test(told))
      return new ProviderError('PROVIDER_REFUSED', `${about}; ${PLAN_HINT}`);
    if (status === 401 || status === 403)
      return new ProviderError('PROVIDER_REFUSED', `${about}; the keys may be wrong: ${KEYS_HINT}`);
    const isSymbol = status === 400 && /invalid symbol/i.test(told);
    return new ProviderError(isSymbol ? 'PROVIDER_SYMBOL_UNKNOWN' : 'PROVIDER_REFUSED', about);
  };
}

export function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, '…'), text);
}

function messageOf(body: unknown): string {
  try {
    return readErrorBody(body).message.slice(0, 200);
  } catch {
    return '';
  }
}
