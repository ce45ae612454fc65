import {
  closeTimeOf,
  DAY_MS,
  EPOCH_MS_RANGE,
  fixedStepMs,
  isoOfEpochMs,
  newBarColumns,
  openTimeAt,
  PROVISIONAL,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type EpochMs,
  type TimeRange,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
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

/** A part of the time of which the vendor's bars tell nothing that can be stored. */
export interface Doubt {
  readonly range: TimeRange;
  readonly reason: ProviderError;
}

export interface MappedBars {
  /** Ascending, each once. */
  readonly columns: BarColumns;
  readonly doubts: readonly Doubt[];
}

/** Gives a bar's openTime by the vendor's time of it, both UTC epoch ms. */
export type OpenTimeReader = (time: number) => EpochMs;

export function openTimeReader(interval: BarInterval, info: WireSymbolInfo): OpenTimeReader {
  if (!isDaily(interval)) return (time) => openTimeAt(time, interval);
  if (info.timezone === undefined) throw invalidAnswer(`TradingView names no time zone of ${info.full_name}`);
  const tradingDay = tradingDayReader({ timezone: info.timezone, session: info.session });
  return (time) => openTimeAt(tradingDay(time), interval);
}

/** Whether the vendor's time of a bar is not its openTime but an opening somewhere in the interval. */
export function isDaily(interval: BarInterval): boolean {
  return (fixedStepMs(interval) ?? DAY_MS) >= DAY_MS;
}

/** @throws ProviderError `PROVIDER_ANSWER_INVALID` if the time is none */
export function timeOfBar(bar: WireBar): number {
  const time = bar[0] * 1_000;
  if (!Number.isInteger(time) || time < EPOCH_MS_RANGE.minimum + DAY_MS || time > EPOCH_MS_RANGE.maximum - DAY_MS * 32)
    throw invalidAnswer(`TradingView sent a bar whose time is none: ${bar[0]}`);
  return time;
}

/**
 * The vendor's bars as ours. Left out with a doubt are bars off the grid, of some prices only, or a second bar of an
 * interval; a bar without any price is none.
 */
export function mapBars(bars: Iterable<WireBar>, interval: BarInterval, openTimeOf: OpenTimeReader): MappedBars {
  const sorted = [...bars].sort((a, b) => a[0] - b[0]);
  const columns = newBarColumns(sorted.length);
  const doubts: Doubt[] = [];
  let filled = 0;
  for (const bar of sorted) {
    const missing = bar.slice(1, 5).filter((price) => price === NO_VALUE).length;
    if (missing === 4) continue;
    const openTime = openTimeOf(timeOfBar(bar));
    const doubt =
      offGrid(timeOfBar(bar), openTime, interval) ??
      (missing > 0 ? doubtOn(openTime, interval, 'has a bar of some prices only') : undefined) ??
      (columns.openTime[filled - 1] === openTime ? doubtOn(openTime, interval, 'has two bars') : undefined);
    if (doubt === undefined) fillBar(columns, filled++, openTime, bar);
    else doubts.push(doubt);
  }
  return { columns: sliceColumns(columns, 0, filled), doubts };
}

/** The parts of a range that no doubt touches. */
export function withoutDoubts(range: TimeRange, doubts: readonly Doubt[]): TimeRange[] {
  const parts: TimeRange[] = [];
  let { from } = range;
  for (const { range: doubtful } of doubts.toSorted((a, b) => a.range.from - b.range.from)) {
    if (doubtful.from > from) parts.push({ from, to: earlier(doubtful.from, range.to) });
    if (doubtful.to > from) from = doubtful.to;
    if (from >= range.to) return parts;
  }
  return from < range.to ? [...parts, { from, to: range.to }] : parts;
}

function earlier(a: EpochMs, b: EpochMs): EpochMs {
  return a < b ? a : b;
}

function offGrid(time: number, openTime: EpochMs, interval: BarInterval): Doubt | undefined {
  if (isDaily(interval) || time === openTime) return undefined;
  const message = `TradingView's ${interval} bar at ${isoOfEpochMs(time)} lies off the UTC grid; derive it from a smaller interval`;
  const to = closeTimeOf(closeTimeOf(openTime, interval), interval);
  return { range: { from: openTime, to }, reason: new ProviderError('PROVIDER_OUT_OF_REACH', message) };
}

function doubtOn(openTime: EpochMs, interval: BarInterval, what: string): Doubt {
  const message = `TradingView's ${interval} interval of ${isoOfEpochMs(openTime)} ${what}`;
  return { range: { from: openTime, to: closeTimeOf(openTime, interval) }, reason: invalidAnswer(message) };
}

function fillBar(columns: BarColumns, at: number, openTime: number, bar: WireBar): void {
  const [, open, high, low, close, volume = NO_VALUE] = bar;
  columns.openTime[at] = openTime;
  columns.open[at] = open;
  columns.high[at] = high;
  columns.low[at] = low;
  columns.close[at] = close;
  columns.volume[at] = volume === NO_VALUE ? NaN : volume;
  columns.state[at] = PROVISIONAL;
}
