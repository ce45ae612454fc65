import { epochMs, type Bar, type Trade } from '../../src/market/index.ts';

const MINUTE = 60_000;

/** Minutes made of trades in order, as anyone would count them; of those that stand for one trade each, at whole cents. */
export function minuteBars(trades: readonly Trade[]): Bar[] {
  const bars = new Map<number, Bar>();
  for (const { eventTime, price, size, trades: count = 1 } of trades) {
    const openTime = epochMs(Math.floor(eventTime / MINUTE) * MINUTE);
    const begun: Bar = { openTime, open: price, high: price, low: price, close: price, volume: 0, state: 'open' };
    const bar = bars.get(openTime) ?? begun;
    const [high, low] = [Math.max(bar.high, price), Math.min(bar.low, price)];
    const cents = Math.round((bar.turnover ?? 0) * 100) + Math.round(price * 100) * size;
    const counted = Number.isNaN(count) ? {} : { trades: (bar.trades ?? 0) + count, turnover: cents / 100 };
    bars.set(openTime, { ...bar, high, low, close: price, volume: (bar.volume ?? 0) + size, ...counted });
  }
  return [...bars.values()];
}
