import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  countOpenTimes,
  firstOpenTimeFrom,
  newBarColumns,
  openTimeAt,
  TurnoverSum,
  type BarColumns,
  type TimeRange,
} from '../../market/index.ts';
import type { BarsPage, BarsRequest, MarketDataProvider } from '../contract/index.ts';
import { liveTrades, type SimulatedOptions } from './live-trades.ts';
import { LOOK_MS, LOOKS_A_MINUTE, MINUTE_MS, shareOf, TRADES_A_MINUTE } from './minute.ts';
import { seedOf, simulatedPrices, simulatedVolume } from './price-path.ts';

const BARS_A_PAGE = 10_000;
const BARS_A_TURN = 1_000;

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
        yield { columns: await simulatedBars(seed, covered), covered };
      }
    },
    live: liveTrades(options),
    close: () => Promise.resolve(),
  };
}

/** Others get their turn between parts. */
async function simulatedBars(seed: number, { from, to }: TimeRange): Promise<BarColumns> {
  const count = countOpenTimes(from, to, '1m');
  const trades = new Float64Array(count).fill(TRADES_A_MINUTE);
  const columns = { ...newBarColumns(count), trades, turnover: new Float64Array(count) };
  const first = firstOpenTimeFrom(from, '1m');
  for (let start = 0; start < count; start += BARS_A_TURN) {
    fillBars(columns, start, seed, first + start * MINUTE_MS);
    await nextTurn();
  }
  return columns;
}

/** Makes up to `BARS_A_TURN` bars, from a place in the columns on, of which the first opens at `first`. */
function fillBars(
  columns: BarColumns & { readonly turnover: Float64Array },
  start: number,
  seed: number,
  first: number,
): void {
  const count = Math.min(BARS_A_TURN, columns.openTime.length - start);
  const prices = simulatedPrices(seed, first, LOOK_MS, count * LOOKS_A_MINUTE + 1);
  for (let i = 0; i < count; i++) {
    const openTime = first + i * MINUTE_MS;
    // The last look is the first of the next minute: it is the price at the end.
    const looks = prices.subarray(i * LOOKS_A_MINUTE, (i + 1) * LOOKS_A_MINUTE + 1);
    columns.openTime[start + i] = openTime;
    columns.open[start + i] = looks[0];
    columns.high[start + i] = Math.max(...looks);
    columns.low[start + i] = Math.min(...looks);
    columns.close[start + i] = looks[LOOKS_A_MINUTE];
    const volume = simulatedVolume(seed, openTime);
    columns.volume[start + i] = volume;
    columns.turnover[start + i] = turnoverOf(looks, volume);
  }
}

function turnoverOf(looks: Float64Array, volume: number): number {
  const sum = new TurnoverSum();
  for (const [look, price] of looks.entries()) sum.add(price, shareOf(volume, look + 1) - shareOf(volume, look));
  return sum.value;
}
