import type { BarInterval } from '../../client/index.ts';

/** A series by its parts. */
export interface SeriesName {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  /** Present where bars begin with trading. */
  readonly align?: 'session';
}

const SESSION = '@session';

/** The parts of `NASDAQ:AAPL/1m` or `NASDAQ:SPY/1h@session`. */
export function seriesNamed(text: string): SeriesName {
  const slash = text.lastIndexOf('/');
  const shape = text.slice(slash + 1);
  const instrumentId = text.slice(0, slash);
  if (!shape.endsWith(SESSION)) return { instrumentId, interval: shape as BarInterval };
  return { instrumentId, interval: shape.slice(0, -SESSION.length) as BarInterval, align: 'session' };
}

/** As people read it: `NASDAQ:AAPL 1m`. */
export function seriesText({ instrumentId, interval, align }: SeriesName): string {
  return `${instrumentId} ${interval}${align === undefined ? '' : SESSION}`;
}
