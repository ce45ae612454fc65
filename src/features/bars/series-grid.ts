import { gridOfSeries, type Alignment, type BarGrid, type BarInterval, type TrackedHours } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';

interface AskedSeries {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align?: Alignment | undefined;
}

/**
 * The grid on which the bars of a series are stored.
 * @throws InvalidRequestError `NO_SCHEDULE`, `NO_SESSIONS` where they are to begin with trading and nothing opens
 */
export function requireGrid(series: AskedSeries, hours: TrackedHours): BarGrid {
  const grid = gridOfSeries(series, hours);
  if (grid !== undefined) return grid;
  const { instrumentId: id } = series;
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

/** The same, which asks for the hours of trading only where they matter. */
export async function findGrid(
  series: AskedSeries,
  hoursOf: (instrumentId: string) => Promise<TrackedHours>,
): Promise<BarGrid> {
  const known = gridOfSeries(series, { sessions: 'regular' });
  return known ?? requireGrid(series, await hoursOf(series.instrumentId));
}
