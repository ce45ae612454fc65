import { closeTimeOf, openTimeAt, type BarInterval } from '../../../src/market/index.ts';
import type { FakeTrade } from '../fake-vendor/fake-live.ts';
import type { FakeBar } from '../fake-vendor/made-bars.ts';

/** All trades of one symbol, by event time; the history of what is told live. */
export interface TradeHistory {
  /** Keeps those of one moment in the order in which they were added. */
  add(trade: FakeTrade): void;
  /** Those of `[from, to)`. */
  between(from: number, to: number): readonly FakeTrade[];
  /** As klines: every interval that begins in `[from, to]` since the first trade, one of volume 0 where nobody traded. */
  klines(asked: AskedKlines): FakeBar[];
}

export interface AskedKlines {
  readonly interval: BarInterval;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  /** What happens later is not known yet. */
  readonly now: number;
}

export function tradeHistory(known: readonly FakeTrade[] = []): TradeHistory {
  const trades = known.toSorted((a, b) => a.eventTime - b.eventTime);

  /** How many happened before a moment. */
  function countBefore(time: number): number {
    let first = 0;
    for (let end = trades.length; first < end;) {
      const middle = (first + end) >> 1;
      if (trades[middle].eventTime < time) first = middle + 1;
      else end = middle;
    }
    return first;
  }

  return {
    add: (trade) => void trades.splice(countBefore(trade.eventTime + 1), 0, trade),
    between: (from, to) => trades.slice(countBefore(from), countBefore(to)),
    klines({ interval, from, to, limit, now }) {
      const bars: FakeBar[] = [];
      if (trades.length === 0 || trades[0].eventTime > now) return bars;
      const begun = openTimeAt(Math.max(from, trades[0].eventTime), interval);
      let openTime: number = begun < from ? closeTimeOf(begun, interval) : begun;
      let next = countBefore(openTime);
      while (openTime <= Math.min(to, now) && bars.length < limit) {
        const price = trades[next - 1]?.price ?? trades[0].price;
        const closeTime = closeTimeOf(openTime, interval);
        const end = countBefore(Math.min(closeTime, now + 1));
        bars.push(barOf(openTime, trades.slice(next, end), price));
        next = end;
        openTime = closeTime;
      }
      return bars;
    },
  };
}

function barOf(openTime: number, trades: readonly FakeTrade[], last: number): FakeBar {
  let [open, high, low, close, volume, turnover] = [last, last, last, last, 0, 0];
  for (const [index, { price, size }] of trades.entries()) {
    if (index === 0) open = high = low = price;
    high = Math.max(high, price);
    low = Math.min(low, price);
    close = price;
    volume += size;
    turnover += price * size;
  }
  return { openTime, open, high, low, close, volume, trades: trades.length, turnover };
}
