import { openTimeAt, type InstrumentId, type Trade } from '../../market/index.ts';
import { ProviderError, type ErrorCode } from '../../platform/errors/index.ts';
import { wireFields, type LiveListener, type Wire } from '../contract/index.ts';
import { KEYS_HINT, PLAN_HINT, without } from './mapper.ts';
import { effectOf } from './trade-conditions.ts';

export interface StreamHearer {
  /** Whose data is wanted: `undefined` for all others, which are left out. */
  idOf(symbol: string): InstrumentId | undefined;
  readonly listener: LiveListener;
  /** When a trade or a quote happened, UTC epoch ms. */
  onEvent(time: number): void;
  onSuccess(what: 'connected' | 'authenticated'): void;
  /** Alpaca has done what it was asked first; it sends the trades of these now. */
  onSubscription(symbols: readonly string[]): void;
  onError(code: number, told: string): void;
}

const { objectOf, textOf, numberOf, unreadable } = wireFields('alpaca');
const MINUTE_MS = 60_000;
const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** @throws ProviderError if it is not what Alpaca documents, or an error that ends the connection */
export function readMessages(json: unknown, hearer: StreamHearer): void {
  if (!Array.isArray(json)) throw unreadable('a message');
  for (const message of json) readMessage(objectOf(message), hearer);
}

function readMessage(message: Wire, hearer: StreamHearer): void {
  switch (message['T']) {
    case 'success':
      if (message['msg'] === 'connected' || message['msg'] === 'authenticated') hearer.onSuccess(message['msg']);
      return;
    case 'subscription':
      return hearer.onSubscription(symbolsOf(message));
    case 'error':
      return hearer.onError(numberOf(message, 'code'), textOf(message, 'msg'));
    case 't':
    case 'q':
    case 'u':
    case 'c':
    case 'x': {
      const instrumentId = hearer.idOf(textOf(message, 'S'));
      if (instrumentId !== undefined) readData(message, instrumentId, hearer);
      return;
    }
    case undefined:
      throw unreadable('T');
    default: // what comes along unasked
  }
}

function readData(message: Wire, instrumentId: InstrumentId, { listener, onEvent }: StreamHearer): void {
  const eventTime = timeOf(message);
  if (message['T'] === 't') {
    onEvent(eventTime);
    const effect = effectOf(conditionsOf(message), message['z']);
    if (effect === 'nothing') return;
    const trade = tradeOf(message, instrumentId, eventTime);
    return listener.onTrade(effect === 'volume' ? { ...trade, isVolumeOnly: true } : trade);
  }
  if (message['T'] === 'q') {
    onEvent(eventTime);
    const [bid, ask] = [numberOf(message, 'bp'), numberOf(message, 'ap')];
    return listener.onQuote({
      instrumentId,
      eventTime,
      // A side without orders has the price 0.
      ...(bid > 0 ? { bid, bidSize: amountOf(message, 'bs') } : {}),
      ...(ask > 0 ? { ask, askSize: amountOf(message, 'as') } : {}),
    });
  }
  // A minute that late trades changed, or the trade that was corrected or cancelled.
  const from = openTimeAt(eventTime, '1m');
  listener.onCorrected(instrumentId, { from, to: from + MINUTE_MS });
}

/** Ids of stocks are unique within an exchange only; pairs of crypto have no exchange, but tell the taker's side. */
function tradeOf(message: Wire, instrumentId: InstrumentId, eventTime: number): Trade {
  const id = amountOf(message, 'i');
  const { x: exchange, tks: taker } = message;
  return {
    instrumentId,
    tradeId: typeof exchange === 'string' ? `${exchange}:${id}` : id,
    eventTime,
    price: numberOf(message, 'p'),
    size: amountOf(message, 's'),
    side: taker === 'B' ? 'buy' : taker === 'S' ? 'sell' : undefined,
  };
}

/** Pairs of crypto have none. */
function conditionsOf({ c: conditions = [] }: Wire): readonly unknown[] {
  if (Array.isArray(conditions)) return conditions;
  throw unreadable('c');
}

/** RFC 3339 in nanoseconds, as whole milliseconds. */
function timeOf(message: Wire): number {
  const text = textOf(message, 't');
  const time = rfc3339.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(time)) throw unreadable('t');
  return time;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  404: 'PROVIDER_TIMEOUT',
  // Another connection is open, or was until just now; too slow; a fault of their own.
  406: 'PROVIDER_UNAVAILABLE',
  407: 'PROVIDER_UNAVAILABLE',
  500: 'PROVIDER_UNAVAILABLE',
};

/** What an error of the stream means; `secrets` are never repeated, even if Alpaca repeats them. */
export function refusalOf(code: number, told: string, secrets: readonly string[]): ProviderError {
  const about = `alpaca: ${without(secrets, told).slice(0, 200)} (${code})`;
  if (code === 401 || code === 402)
    return new ProviderError('PROVIDER_REFUSED', `${about}; the keys may be wrong: ${KEYS_HINT}`);
  if (code === 409) return new ProviderError('PROVIDER_REFUSED', `${about}; ${PLAN_HINT}`);
  return new ProviderError(CODES[code] ?? 'PROVIDER_REFUSED', about);
}

function symbolsOf({ trades }: Wire): readonly string[] {
  if (Array.isArray(trades) && trades.every((symbol) => typeof symbol === 'string')) return trades;
  throw unreadable('trades');
}

function amountOf(message: Wire, field: string): number {
  const value = numberOf(message, field);
  if (value >= 0) return value;
  throw unreadable(field);
}
