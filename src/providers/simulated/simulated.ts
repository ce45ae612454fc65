import {
  countOpenTimes,
  firstOpenTimeFrom,
  newBarColumns,
  openTimeAt,
  type BarColumns,
  type TimeRange,
} from '../../market/index.ts';
import type { BarsPage, BarsRequest, MarketDataProvider } from '../contract/index.ts';
import { liveTrades, type SimulatedOptions } from './live-trades.ts';
import { LOOK_MS, LOOKS_A_MINUTE, MINUTE_MS } from './minute.ts';
import { seedOf, simulatedPrices, simulatedVolume } from './price-path.ts';

const BARS_A_PAGE = 10_000;

/**
 * Made-up markets that never close: the same bars for the same symbol each time, of any past, without a network. Live
 * it plays the trades that they are made of.
 */
export function createSimulated(options: SimulatedOptions): MarketDataProvider {
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
    live: liveTrades(options),
    close: () => Promise.resolve(),
  };
}

function simulatedBars(seed: number, { from, to }: TimeRange): BarColumns {
  const columns = newBarColumns(countOpenTimes(from, to, '1m'));
  const count = columns.openTime.length;
  const first = firstOpenTimeFrom(from, '1m');
  const prices = simulatedPrices(seed, first, LOOK_MS, count * LOOKS_A_MINUTE + 1);
  for (let i = 0; i < count; i++) {
    const openTime = first + i * MINUTE_MS;
    // The last look is the first of the next minute: it is the price at the end.
    const looks = prices.subarray(i * LOOKS_A_MINUTE, (i + 1) * LOOKS_A_MINUTE + 1);
    columns.openTime[i] = openTime;
    columns.open[i] = looks[0];
    columns.high[i] = Math.max(...looks);
    columns.low[i] = Math.min(...looks);
    columns.close[i] = looks[LOOKS_A_MINUTE];
    columns.volume[i] = simulatedVolume(seed, openTime);
  }
  return columns;
}
