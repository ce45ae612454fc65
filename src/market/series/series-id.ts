import { instrumentId, type InstrumentId } from '../instrument/instrument-id.ts';
import type { Alignment } from '../interval/alignment.ts';
import { barInterval, isBelowDay, type BarInterval } from '../interval/bar-interval.ts';

/**
 * One instrument at one interval, written `NASDAQ:AAPL/1m`, or `NASDAQ:SPY/1h@session` where bars begin with trading: what
 * follows the last slash is the interval.
 */
export type SeriesId = string & { readonly __brand: 'SeriesId' };

/** The part of a series' name after its instrument. */
export type SeriesInterval = BarInterval | `${BarInterval}@session`;

const BEGINS_WITH_TRADING = '@session';

/** From a day up bars follow trading days whatever they are aligned to: there is one series. */
export function seriesInterval(interval: BarInterval, align: Alignment = 'clock'): SeriesInterval {
  return align === 'session' && isBelowDay(interval) ? `${interval}${BEGINS_WITH_TRADING}` : interval;
}

export function seriesId(instrument: InstrumentId, interval: BarInterval, align?: Alignment): SeriesId {
  return `${instrument}/${seriesInterval(interval, align)}` as SeriesId;
}

/** Which bars of an instrument a series holds. */
export interface SeriesShape {
  readonly interval: BarInterval;
  /** Absent where they are aligned to the clock, or of a day and more. */
  readonly align?: 'session';
}

export interface ParsedSeriesId extends SeriesShape {
  readonly instrumentId: InstrumentId;
}

/** @throws RangeError if the text is not `EXCHANGE:SYMBOL/interval`, or that with `@session` below a day */
export function parseSeriesId(text: string): ParsedSeriesId {
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw new RangeError(`Not EXCHANGE:SYMBOL/interval: "${text}"`);
  const written = text.slice(0, slash);
  const id = instrumentId(written);
  if (id !== written) throw new RangeError(`"${written}" is written ${id}`);
  return { instrumentId: id, ...parseSeriesInterval(text.slice(slash + 1)) };
}

/** @throws RangeError */
export function parseSeriesInterval(text: string): SeriesShape {
  if (!text.endsWith(BEGINS_WITH_TRADING)) return { interval: barInterval(text) };
  const interval = barInterval(text.slice(0, -BEGINS_WITH_TRADING.length));
  if (!isBelowDay(interval)) throw new RangeError(`Bars of ${interval} follow trading days as they are: "${text}"`);
  return { interval, align: 'session' };
}
