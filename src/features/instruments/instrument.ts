import type { SeriesHead } from '../../chunk/index.ts';
import { defaultScheduleOf, scheduleNamed, type SessionSchedule } from '../../market/index.ts';
import type { InstrumentDetails } from './collections.ts';

/**
 * An instrument with the series that are stored of it; `schedule` is the exchange's where none was declared. `timeZone`
 * is where its hours are told, such as `America/New_York`.
 */
export interface InstrumentWithSeries extends InstrumentDetails {
  readonly instrumentId: string;
  readonly timeZone?: string;
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
  schedules: ReadonlyMap<string, SessionSchedule>,
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
  const timeZone = schedule === undefined ? undefined : scheduleNamed(schedules, schedule)?.timeZone;
  return {
    instrumentId,
    ...details,
    ...(schedule === undefined ? {} : { schedule }),
    ...(timeZone === undefined ? {} : { timeZone }),
    series,
  };
}
