import { OPTIONAL_COLUMNS, type BarColumns, type OptionalColumn } from './bar-columns.ts';

/** What an answer tells of its bars where it is asked for, in the order in which it is written. */
export const BAR_FIELDS = ['trades', 'turnover', 'vwap', 'openInterest', 'provider', 'observedAt'] as const;
export type BarField = (typeof BAR_FIELDS)[number];

/** What must be read of bars so that {@link withFields} can tell the fields. */
export interface ToldColumns {
  readonly columns: readonly OptionalColumn[];
  /** Where each value came from, and when. */
  readonly origins: boolean;
}

export function columnsFor(fields: readonly BarField[]): ToldColumns {
  const isWanted = (name: OptionalColumn): boolean =>
    fields.includes(name) || (name === 'turnover' && fields.includes('vwap'));
  return {
    columns: OPTIONAL_COLUMNS.filter(isWanted),
    origins: fields.includes('provider') || fields.includes('observedAt'),
  };
}

/** The bars with exactly the fields that were asked for beside what every bar has; `NaN` where a bar has none. */
export function withFields(columns: BarColumns, fields: readonly BarField[]): BarColumns {
  const { trades, turnover, openInterest, provider, providers, observedAt, isPartial } = columns;
  const { openTime, open, high, low, close, volume, state } = columns;
  const unknown = (): Float64Array => new Float64Array(openTime.length).fill(NaN);
  const has = (field: BarField): boolean => fields.includes(field);
  return {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    state,
    ...(isPartial === undefined ? {} : { isPartial }),
    ...(has('trades') ? { trades: trades ?? unknown() } : {}),
    ...(has('turnover') ? { turnover: turnover ?? unknown() } : {}),
    ...(has('vwap')
      ? { vwap: turnover === undefined ? unknown() : turnover.map((paid, i) => vwapOf(paid, volume[i])) }
      : {}),
    ...(has('openInterest') ? { openInterest: openInterest ?? unknown() } : {}),
    ...(has('provider') ? { provider: provider ?? new Uint16Array(openTime.length), providers: providers ?? [] } : {}),
    ...(has('observedAt') ? { observedAt: observedAt ?? unknown() } : {}),
  };
}

/** The average price; `NaN` where nothing was traded, or one of the two is unknown. */
export function vwapOf(turnover: number, volume: number): number {
  return volume > 0 ? turnover / volume : NaN;
}
