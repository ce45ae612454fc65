import type { Answer } from '../../../client/index.ts';

export type Instrument = Answer<'getSymbol'>;
export type Series = Instrument['series'][number];

export function exchangeOf({ instrumentId }: Pick<Instrument, 'instrumentId'>): string {
  return instrumentId.slice(0, instrumentId.indexOf(':'));
}

/** A line of the list: a series, or an instrument that has none. */
export interface StoredRow {
  readonly instrument: Instrument;
  readonly series: Series | undefined;
  /** The first line of its instrument, which names it. */
  readonly isFirst: boolean;
}

export function rowsOf(instruments: readonly Instrument[]): readonly StoredRow[] {
  return instruments.flatMap((instrument) => {
    const all: readonly (Series | undefined)[] = instrument.series.length === 0 ? [undefined] : instrument.series;
    return all.map((series, index) => ({ instrument, series, isFirst: index === 0 }));
  });
}

/** `1h`, or `1h with trading` where bars begin with the session. */
export function seriesText({ interval, align }: { readonly interval: string; readonly align?: string }): string {
  return align === 'session' ? `${interval} with trading` : interval;
}
