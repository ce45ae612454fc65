import {
  gridOfSeries,
  isAligned,
  isEpochMs,
  type BarGrid,
  type BarInterval,
  type TrackedHours,
} from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { NEARLY_ALL } from './require-sound-rows.ts';

/** For bars that lie on the other grid. */
const ADVICE = {
  session: 'They begin with trading; store them as such with --align session',
  clock: 'They lie on the UTC clock; leave out --align session',
};

/** Hours from 9:30 in a series of whole hours are no 10,000 mistakes, but another kind of bars. */
export function requireAligned(
  openTimes: readonly number[],
  { grid, hours, interval }: { readonly grid: BarGrid; readonly hours: TrackedHours; readonly interval: BarInterval },
): void {
  const off = openTimes.filter((time) => !isOpenTime(time, grid));
  if (off.length === 0 || off.length < openTimes.length * NEARLY_ALL) return;
  const example = off.find((time) => isEpochMs(time));
  const shown = example === undefined ? '' : `, such as ${new Date(example).toISOString()}`;
  const other = gridOfSeries({ interval, align: grid.align === 'session' ? 'clock' : 'session' }, hours);
  const isOther =
    other !== undefined && off.filter((time) => isOpenTime(time, other)).length >= off.length * NEARLY_ALL;
  const where =
    grid.align === 'session' ? `where ${interval} bars of the sessions begin` : `on the grid of ${interval}`;
  const advice = isOther
    ? ADVICE[other.align]
    : 'Where times name the end of a bar, say --time-is close; where they are of another zone, --timezone';
  throw new InvalidRequestError(
    'NOT_ALIGNED',
    `${off.length} of the first ${openTimes.length} rows do not lie ${where}${shown}. ${advice}`,
  );
}

function isOpenTime(time: number, grid: BarGrid): boolean {
  return isEpochMs(time) && grid.firstOpenTimeFrom(time) === time;
}

export function refuseAlign(instrument: string | undefined, { schedule }: TrackedHours): never {
  if (schedule === undefined)
    throw new InvalidRequestError(
      'NO_SCHEDULE',
      `The trading hours of ${instrument} are unknown, so bars cannot align to them; set a schedule, or leave out --align session`,
    );
  throw new InvalidRequestError(
    'NO_SESSIONS',
    `${instrument} trades around the clock, so that no session opens with which bars could begin; leave out --align session`,
  );
}

/** @throws InvalidRequestError `LABEL_NEEDED` where weeks or months are not named by their first day, and nobody says by which */
export function isWithinPeriods(
  days: readonly number[],
  interval: BarInterval,
  timeIs: 'open' | 'close' | undefined,
): boolean {
  if (days.every((day) => Number.isNaN(day) || isAligned(day, interval))) return false;
  if (timeIs !== undefined) return true;
  const what = interval === '1w' ? 'week' : 'month';
  throw new InvalidRequestError(
    'LABEL_NEEDED',
    `The rows name ${what}s by days that do not begin them; say with --time-is close or --time-is open which end of the ${what} they name`,
  );
}
