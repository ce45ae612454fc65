import { instrumentId, type InstrumentId } from '../instrument/instrument-id.ts';
import { barInterval, type BarInterval } from '../interval/bar-interval.ts';

/** One instrument at one interval, written `NASDAQ:AAPL/1m`: what follows the last slash is the interval. */
export type SeriesId = string & { readonly __brand: 'SeriesId' };

export function seriesId(instrument: InstrumentId, interval: BarInterval): SeriesId {
  return `${instrument}/${interval}` as SeriesId;
}

/** @throws RangeError if the text is not `EXCHANGE:SYMBOL/interval` */
export function parseSeriesId(text: string): { readonly instrumentId: InstrumentId; readonly interval: BarInterval } {
  const slash = text.lastIndexOf('/');
  if (slash < 0) throw new RangeError(`Not EXCHANGE:SYMBOL/interval: "${text}"`);
  const written = text.slice(0, slash);
  const id = instrumentId(written);
  if (id !== written) throw new RangeError(`"${written}" is written ${id}`);
  return { instrumentId: id, interval: barInterval(text.slice(slash + 1)) };
}
