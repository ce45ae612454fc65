import type { SeriesHead } from '../../chunk/index.ts';
import { defaultScheduleOf } from '../../market/index.ts';
import type { InstrumentDetails } from './collections.ts';

/** An instrument with the series that are stored of it; `schedule` is the exchange's where none was declared. */
export interface InstrumentWithSeries extends InstrumentDetails {
  readonly instrumentId: string;
  readonly series: readonly StoredSeries[];
}

/**
 * openTimes of its oldest and newest bar are UTC epoch ms, absent while the series is empty; `align` is absent where bars
 * are aligned to the clock.
 */
export type StoredSeries = Pick<
  SeriesHead,
  'interval' | 'align' | 'first' | 'last' | 'count' | 'finalCount' | 'providers'
>;

export function withSeries(
  instrumentId: string,
  details: InstrumentDetails | undefined,
  heads: readonly SeriesHead[],
): InstrumentWithSeries {
  const series = heads
    .filter(({ count }) => count > 0)
    .map(({ interval, align, first, last, count, finalCount, providers }) => ({
      interval,
      ...(align === undefined ? {} : { align }),
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      count,
      finalCount,
      providers,
    }));
  const schedule = details?.schedule ?? defaultScheduleOf(instrumentId);
  return { instrumentId, ...details, ...(schedule === undefined ? {} : { schedule }), series };
}
