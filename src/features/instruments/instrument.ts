import type { InstrumentDocument, SeriesSummary } from './collections.ts';

/** An instrument with the series that are stored of it. */
export interface InstrumentWithSeries extends Omit<InstrumentDocument, '_id' | 'registeredAt'> {
  readonly instrumentId: string;
  readonly series: readonly StoredSeries[];
}

export interface StoredSeries {
  readonly interval: string;
  /** openTime of the oldest and newest bar, UTC epoch ms; absent while the series is empty. */
  readonly first?: number;
  readonly last?: number;
  readonly count: number;
  readonly finalCount: number;
  readonly providers: readonly string[];
}

export function withSeries(
  instrumentId: string,
  document: InstrumentDocument | undefined,
  heads: readonly SeriesSummary[],
): InstrumentWithSeries {
  const { _id, registeredAt: _registeredAt, ...details } = document ?? { _id: instrumentId, registeredAt: 0 };
  const series = heads
    .filter(({ count }) => count > 0)
    .map(({ interval, first, last, count, finalCount, providers }) => ({
      interval,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      count,
      finalCount,
      providers,
    }));
  return { instrumentId: _id, ...details, series };
}
