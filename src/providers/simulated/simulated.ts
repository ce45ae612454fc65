import {
  countOpenTimes,
  firstOpenTimeFrom,
  newBarColumns,
  openTimeAt,
  type BarColumns,
  type TimeRange,
} from '../../market/index.ts';
import type { BarsPage, BarsRequest, MarketDataProvider } from '../contract/index.ts';
import { seedOf, simulatedPrice, simulatedVolume } from './price-path.ts';

const MINUTE_MS = 60_000;
const BARS_A_PAGE = 10_000;
/** Prices within a minute that its high and low are taken from. */
const LOOKS_A_MINUTE = 4;

/** Made-up markets that never close: the same bars for the same symbol each time, of any past, without a network. */
export function createSimulated(): MarketDataProvider {
  return {
    name: 'simulated',
    isSynthetic: true,
    basis: 'raw',
    intervals: ['1m'],
    barsPerRequest: BARS_A_PAGE,
    finalityDelayMs: () => 0,
    reachOf: () => undefined,
    async *fetchBars({ instrumentId, range, now, signal }: BarsRequest): AsyncGenerator<BarsPage> {
      const seed = seedOf(instrumentId);
      const end = Math.min(range.to, openTimeAt(now, '1m'));
      for (let from: number = range.from; from < end; from += BARS_A_PAGE * MINUTE_MS) {
        signal.throwIfAborted();
        const covered = { from, to: Math.min(end, from + BARS_A_PAGE * MINUTE_MS) } as TimeRange;
        yield await Promise.resolve({ columns: simulatedBars(seed, covered), covered });
      }
    },
    close: () => Promise.resolve(),
  };
}

function simulatedBars(seed: number, { from, to }: TimeRange): BarColumns {
  const columns = newBarColumns(countOpenTimes(from, to, '1m'));
  const first = firstOpenTimeFrom(from, '1m');
  for (let i = 0; i < columns.openTime.length; i++) {
    const openTime = first + i * MINUTE_MS;
    let high = -Infinity;
    let low = Infinity;
    for (let look = 0; look <= LOOKS_A_MINUTE; look++) {
      const price = simulatedPrice(seed, openTime + (look * MINUTE_MS) / LOOKS_A_MINUTE);
      high = Math.max(high, price);
      low = Math.min(low, price);
    }
    columns.openTime[i] = openTime;
    columns.open[i] = simulatedPrice(seed, openTime);
    columns.close[i] = simulatedPrice(seed, openTime + MINUTE_MS);
    columns.high[i] = high;
    columns.low[i] = low;
    columns.volume[i] = simulatedVolume(seed, openTime);
  }
  return columns;
}
