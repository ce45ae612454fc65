import type { InstrumentId, QuoteUpdate, Trade } from '../../market/index.ts';
import { simulatedPrices, simulatedVolume } from './price-path.ts';

export const MINUTE_MS = 60_000;
/** Prices of a minute lie this far apart; nothing happens between them. */
export const LOOK_MS = 5_000;
export const LOOKS_A_MINUTE = MINUTE_MS / LOOK_MS;
/** One at each look, and one in its last millisecond with the price at its end. */
export const TRADES_A_MINUTE = LOOKS_A_MINUTE + 1;

/** The trades of all time are numbered: this is the first one that does not happen before a moment (UTC epoch ms). */
export function firstTradeFrom(time: number): number {
  const minute = Math.floor(time / MINUTE_MS);
  const look = Math.ceil((time - minute * MINUTE_MS) / LOOK_MS);
  return minute * TRADES_A_MINUTE + look;
}

/** When a trade happens, UTC epoch ms. */
export function timeOfTrade(number: number): number {
  const { minute, look } = placeOf(number);
  return minute * MINUTE_MS + Math.min(look * LOOK_MS, MINUTE_MS - 1);
}

/** A trade of which minute, and at which of its looks. */
function placeOf(number: number): { readonly minute: number; readonly look: number } {
  const minute = Math.floor(number / TRADES_A_MINUTE);
  return { minute, look: number - minute * TRADES_A_MINUTE };
}

/** The trade with a number, and the quote at its time. */
export function tradeAt(seed: number, instrumentId: InstrumentId, number: number): readonly [Trade, QuoteUpdate] {
  const { minute, look } = placeOf(number);
  const openTime = minute * MINUTE_MS;
  const eventTime = timeOfTrade(number);
  const [before, price] = simulatedPrices(seed, openTime + (look - 1) * LOOK_MS, LOOK_MS, 2);
  const side = price < before ? 'sell' : 'buy';
  const volume = simulatedVolume(seed, openTime);
  const size = shareOf(volume, look + 1) - shareOf(volume, look);
  const trade: Trade = { instrumentId, tradeId: number, eventTime, price, size, side };
  const cents = Math.round(price * 100);
  return [trade, { instrumentId, eventTime, bid: (cents - 1) / 100, ask: (cents + 1) / 100 }];
}

/** Units of a minute's volume that the first trades of it have: a minute has more units than trades. */
export function shareOf(volume: number, trades: number): number {
  return Math.floor((volume * trades) / TRADES_A_MINUTE);
}
