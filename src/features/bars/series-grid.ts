import { gridOfSeries, type Alignment, type BarGrid, type BarInterval, type TrackedHours } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';

interface AskedSeries {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align?: Alignment | undefined;
}

/**
 * The grid on which the bars of a series are stored; the hours of trading are asked for only where they matter.
 * @throws InvalidRequestError `NO_SCHEDULE`, `NO_SESSIONS` where bars are to begin with trading and nothing opens
 */
export async function findGrid(
  series: AskedSeries,
  hoursOf: (instrumentId: string) => Promise<TrackedHours>,
): Promise<BarGrid> {
  const { instrumentId: id } = series;
  const byClock = gridOfSeries(series, { sessions: 'regular' });
  if (byClock !== undefined) return byClock;
  const hours = await hoursOf(id);
  const grid = gridOfSeries(series, hours);
  if (grid !== undefined) return grid;
  if (hours.schedule === undefined)
    throw new InvalidRequestError(
      'NO_SCHEDULE',
      `The trading hours of ${id} are unknown, so bars cannot align to them; set a schedule, or leave out align`,
    );
  throw new InvalidRequestError(
    'NO_SESSIONS',
    `${id} trades around the clock, so that no session opens with which bars could begin; leave out align`,
  );
}
