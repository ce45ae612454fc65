import { EPOCH_MS_RANGE, type InstrumentId, type QuoteUpdate, type Trade } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { wireFields, type Wire } from '../contract/index.ts';

export interface FrameHearer {
  /** Whose data is wanted: `undefined` for all others, which are left out. */
  idOf(symbol: string): InstrumentId | undefined;
  /** When the message with a trade was sent, UTC epoch ms. */
  onSent(time: number): void;
  onTrade(trade: Trade): void;
  onQuote(update: QuoteUpdate): void;
  /** The answer to the message with this id, or why it was refused. */
  onAnswer(id: number, error: ProviderError | undefined): void;
  onShutdown(): void;
}

const { objectOf, textOf, numberOf, unreadable } = wireFields('binance');

/** @throws ProviderError if it is not what Binance documents, or a refusal of the whole connection */
export function readFrame(json: unknown, hearer: FrameHearer): void {
  const frame = objectOf(json);
  if ('stream' in frame) readData(objectOf(frame['data']), hearer);
  else if (frame['e'] === 'serverShutdown') hearer.onShutdown();
  else readAnswer(frame, hearer);
}

function readData(data: Wire, hearer: FrameHearer): void {
  if (data['e'] === 'serverShutdown') return hearer.onShutdown();
  const instrumentId = hearer.idOf(textOf(data, 's'));
  if (instrumentId === undefined) return;
  if (data['e'] === 'trade') {
    hearer.onSent(timeOf(data, 'E'));
    hearer.onTrade(tradeOf(data, instrumentId));
  }
  if (data['e'] === undefined) hearer.onQuote(bookOf(data, instrumentId));
}

function tradeOf(data: Wire, instrumentId: InstrumentId): Trade {
  const isBuyerMaker = data['m'];
  if (typeof isBuyerMaker !== 'boolean') throw unreadable('m');
  return {
    instrumentId,
    tradeId: wholeOf(data, 't'),
    eventTime: timeOf(data, 'T'),
    price: decimalOf(data, 'p'),
    size: decimalOf(data, 'q'),
    side: isBuyerMaker ? 'sell' : 'buy',
  };
}

/** Without a time: Binance tells none. A side without orders has the price 0. */
function bookOf(data: Wire, instrumentId: InstrumentId): QuoteUpdate {
  const [bid, ask] = [decimalOf(data, 'b'), decimalOf(data, 'a')];
  return {
    instrumentId,
    ...(bid > 0 ? { bid, bidSize: decimalOf(data, 'B') } : {}),
    ...(ask > 0 ? { ask, askSize: decimalOf(data, 'A') } : {}),
  };
}

/** `{result, id}`, or an error: itself `{code, msg, id?}`, or below `error`. */
function readAnswer(frame: Wire, hearer: FrameHearer): void {
  const { id } = frame;
  const fault = 'error' in frame ? objectOf(frame['error']) : frame;
  const isFault = typeof fault['msg'] === 'string';
  if (!isFault && !('result' in frame)) throw unreadable('stream');
  const error = isFault ? refused(fault) : undefined;
  if (typeof id === 'number') hearer.onAnswer(id, error);
  else if (error !== undefined) throw error;
}

function refused({ code, msg }: Wire): ProviderError {
  return new ProviderError('PROVIDER_REFUSED', `binance: ${String(msg).slice(0, 200)} (${String(code)})`);
}

function wholeOf(data: Wire, field: string): number {
  const value = numberOf(data, field);
  if (Number.isSafeInteger(value)) return value;
  throw unreadable(field);
}

function timeOf(data: Wire, field: string): number {
  const time = wholeOf(data, field);
  if (time <= EPOCH_MS_RANGE.maximum && time >= EPOCH_MS_RANGE.minimum) return time;
  throw unreadable(field);
}

function decimalOf(data: Wire, field: string): number {
  const text = textOf(data, field);
  const value = text === '' ? NaN : Number(text);
  if (value >= 0 && value < Infinity) return value;
  throw unreadable(field);
}
