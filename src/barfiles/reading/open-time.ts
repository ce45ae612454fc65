import {
  DAY_MS,
  fixedStepMs,
  isEpochMs,
  openTimeAt,
  tradingDayOf,
  zoneClock,
  type BarGrid,
  type BarInterval,
  type TrackedHours,
} from '../../market/index.ts';

/** Makes the openTime of a row's bar of what its time says. */
export interface OpenTimes {
  /**
   * @param moment UTC epoch ms
   * @param date the date as written, as epoch ms of 00:00Z, where the text has no other time of day than local midnight; else NaN
   * @returns UTC epoch ms, `NaN` where no bar of the interval has this time
   */
  of(moment: number, date: number): number;
}

export interface OpenTimesChoice {
  readonly interval: BarInterval;
  readonly timeIs: 'open' | 'close';
  readonly hours: TrackedHours;
  /** Where bars of less than a day begin. */
  readonly grid: BarGrid;
  /** Weeks and months whose dates lie within them, and need not begin them. */
  readonly isWithin: boolean;
  /** Days without a time of day: a day that is named by its end is named by its own date. */
  readonly isDateOnly: boolean;
}

/** Days of currencies are named by 17:00 of New York, and trading begins some minutes later. */
const NEAR_MS = 600_000;

export function openTimesOf(choice: OpenTimesChoice): OpenTimes {
  const { interval, timeIs, grid } = choice;
  const stepMs = fixedStepMs(interval);
  if (stepMs !== undefined && stepMs < DAY_MS) {
    if (timeIs === 'open') return { of: (moment) => moment };
    return grid.align === 'clock' ? { of: (moment) => moment - stepMs } : openingsOfEnds(grid, stepMs);
  }
  return { of: (moment, date) => ofDay(dayOf(moment, date, choice), choice) };
}

/** Before a close bars are shorter; some name the end they would have had. */
function openingsOfEnds(grid: BarGrid, stepMs: number): OpenTimes {
  return {
    of(moment) {
      const whole = moment - stepMs;
      if (!isEpochMs(whole) || grid.firstOpenTimeFrom(whole) === whole) return whole;
      const { openTime, to } = grid.barEndingAfter(moment - 1);
      return to === moment ? openTime : whole;
    },
  };
}

/**
 * The trading day that a time names: the date as it is written at local midnight, else the day whose trading runs then,
 * else the date of the exchange's own midnight, else the day that trades minutes from then, as after a pause.
 */
function dayOf(moment: number, date: number, { timeIs, hours: { schedule }, isDateOnly }: OpenTimesChoice): number {
  if (!Number.isNaN(date) && (isDateOnly || timeIs === 'open')) return date;
  const time = timeIs === 'close' ? moment - 1 : moment;
  if (timeIs === 'close' && (schedule === undefined || schedule.neverCloses)) return openTimeAt(time, '1d');
  if (moment % DAY_MS === 0) return openTimeAt(time, '1d');
  if (schedule === undefined || schedule.neverCloses) return NaN;
  const day = tradingDayOf(schedule, time) ?? dateAtMidnight(schedule.timeZone, time);
  return Number.isNaN(day) ? (tradingDayOf(schedule, time + (timeIs === 'open' ? NEAR_MS : -NEAR_MS)) ?? NaN) : day;
}

/** The local date that begins at a moment, `NaN` if none does. */
function dateAtMidnight(timeZone: string, time: number): number {
  const utcDate = openTimeAt(time, '1d');
  const clock = zoneClock(timeZone);
  for (const date of [utcDate, utcDate + DAY_MS, utcDate - DAY_MS]) if (clock.utcOfLocal(date) === time) return date;
  return NaN;
}

function ofDay(day: number, { interval, timeIs, isWithin }: OpenTimesChoice): number {
  if (interval === '1d' || Number.isNaN(day)) return day;
  if (isWithin) return openTimeAt(day, interval);
  return timeIs === 'close' ? openTimeAt(day - 1, interval) : day;
}
