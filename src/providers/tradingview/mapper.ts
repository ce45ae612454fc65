import {
  DAY_MS,
  EPOCH_MS_RANGE,
  epochMs,
  fixedStepMs,
  isoOfEpochMs,
  openTimeAt,
  PROVISIONAL,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type EpochMs,
  type TimeRange,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { barColumnsOf, tellsVolume, withoutFillers, type VendorBar } from '../contract/index.ts';
import { invalidAnswer } from './failures.ts';
import type { WireSymbolInfo } from './schema.ts';
import { tradingDayReader } from './trading-day.ts';

/** `[time in s, open, high, low, close, volume?]`. */
export type WireBar = readonly number[];

/** What the vendor writes where it has no value. */
export const NO_VALUE = 1e100;

/** The vendor's names of the intervals whose bars lie on our grid: longer ones below a day begin with the session. */
export const RESOLUTIONS: Readonly<Partial<Record<BarInterval, string>>> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '1d': '1D',
  '1w': '1W',
  '1M': '1M',
};

/** Those whose bars begin with trading, and again after a pause. */
export const SESSION_RESOLUTIONS: Readonly<Partial<Record<BarInterval, string>>> = {
  '1m': '1',
  '3m': '3',
  '5m': '5',
  '15m': '15',
  '30m': '30',
  '45m': '45',
  '1h': '60',
  '2h': '120',
  '3h': '180',
  '4h': '240',
};

/** A part of the time of which the vendor's bars tell nothing that can be stored. */
export interface Doubt {
  readonly range: TimeRange;
  readonly reason: ProviderError;
}

export interface MappedBars {
  /** As `BarsPage` has them. */
  readonly columns: BarColumns;
  readonly doubts: readonly Doubt[];
}

/** Gives a bar's openTime by the vendor's time of it, both UTC epoch ms. */
export type OpenTimeReader = (time: number) => EpochMs;

export function openTimeReader(interval: BarInterval, grid: BarGrid, info: WireSymbolInfo): OpenTimeReader {
  if (!isDaily(interval)) return (time) => openTimeOn(grid, time);
  if (info.timezone === undefined) throw invalidAnswer(`TradingView names no time zone of ${info.full_name}`);
  const tradingDay = tradingDayReader({ timezone: info.timezone, session: info.session });
  return (time) => openTimeAt(tradingDay(time), interval);
}

/** Where nothing is traded by what we know a bar has its own time, and is refused as such when it is to be stored. */
function openTimeOn(grid: BarGrid, time: number): EpochMs {
  const { openTime, from } = grid.barEndingAfter(time);
  return epochMs(from > time ? time : openTime);
}

/** Whether the vendor's time of a bar is not its openTime but an opening somewhere in the interval. */
export function isDaily(interval: BarInterval): boolean {
  return (fixedStepMs(interval) ?? DAY_MS) >= DAY_MS;
}

/** @throws ProviderError `PROVIDER_ANSWER_INVALID` if the time is none */
export function timeOfBar(bar: WireBar): number {
  const time = bar[0] * 1_000;
  if (!Number.isInteger(time) || time < EPOCH_MS_RANGE.minimum + DAY_MS || time > EPOCH_MS_RANGE.maximum - DAY_MS * 32)
    throw invalidAnswer(`TradingView sent a bar with an invalid time: ${bar[0]}`);
  return time;
}

/**
 * The vendor's bars as ours. Left out with a doubt are bars off the grid, or of some prices only; a bar without any
 * price is none. TradingView has no bar where nothing traded, but what it passes on of others may have fillers; of an
 * instrument without volume it sends none, or 0 in every bar.
 */
export function mapBars(
  wireBars: readonly WireBar[],
  { interval, grid }: { readonly interval: BarInterval; readonly grid: BarGrid },
  openTimeOf: OpenTimeReader,
): MappedBars {
  const bars: VendorBar[] = [];
  const doubts: Doubt[] = [];
  for (const wireBar of wireBars.toSorted((a, b) => a[0] - b[0])) {
    const missing = wireBar.slice(1, 5).filter((price) => price === NO_VALUE).length;
    if (missing === 4) continue;
    const openTime = openTimeOf(timeOfBar(wireBar));
    const doubt =
      offGrid(timeOfBar(wireBar), openTime, interval, grid) ??
      (missing > 0 ? doubtOn(openTime, interval, grid, 'has a bar of some prices only') : undefined);
    if (doubt === undefined) bars.push(barOf(openTime, wireBar));
    else doubts.push(doubt);
  }
  const columns = barColumnsOf(tellsVolume(bars) ? withoutFillers(bars) : bars);
  columns.state.fill(PROVISIONAL);
  return { columns, doubts };
}

function offGrid(time: number, openTime: EpochMs, interval: BarInterval, grid: BarGrid): Doubt | undefined {
  if (isDaily(interval) || time === openTime) return undefined;
  const message = `TradingView's ${interval} bar at ${isoOfEpochMs(time)} is off the grid; derive it from a smaller interval`;
  const to = epochMs(grid.closeTimeOf(grid.firstOpenTimeFrom(grid.closeTimeOf(openTime))));
  return { range: { from: openTime, to }, reason: new ProviderError('PROVIDER_OUT_OF_REACH', message) };
}

function doubtOn(openTime: EpochMs, interval: BarInterval, grid: BarGrid, what: string): Doubt {
  const message = `TradingView's ${interval} interval of ${isoOfEpochMs(openTime)} ${what}`;
  return { range: { from: openTime, to: epochMs(grid.closeTimeOf(openTime)) }, reason: invalidAnswer(message) };
}

function barOf(openTime: number, [, open, high, low, close, volume = NO_VALUE]: WireBar): VendorBar {
  return { openTime, open, high, low, close, volume: volume === NO_VALUE ? NaN : volume };
}
