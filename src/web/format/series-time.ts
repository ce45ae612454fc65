import { isBelowDay, isInterval } from '../intervals.ts';
import { shownZone } from '../settings.ts';
import { timeText, type TimePrecision } from './time.ts';

/** Whether a bar of this interval is that of a calendar day, or of several. */
export function isOfDays(interval: string): boolean {
  return isInterval(interval) && !isBelowDay(interval);
}

/** When a bar opens: a date where the bar is that of days, else a time in the zone that is shown, as exact as its interval asks for. */
export function openTimeText(
  openTime: string,
  interval: string,
  exchangeZone?: string | null,
  precision: TimePrecision = interval.endsWith('s') ? 'second' : 'minute',
): string {
  return isOfDays(interval) ? timeText(openTime, 'UTC', 'day') : timeText(openTime, shownZone(exchangeZone), precision);
}
