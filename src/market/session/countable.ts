import { DAY_MS, fixedStepMs, type BarInterval } from '../interval/bar-interval.ts';
import type { Span } from '../time/span.ts';

const MOST_YEARS = 400;
const MOST_YEARS_BELOW_A_DAY = 150;

/**
 * Years in which expected bars are counted at a time. They are counted session by session: of the years 1 to 9999 that
 * would take a gigabyte.
 */
export function countableYears(interval: BarInterval): number {
  return (fixedStepMs(interval) ?? DAY_MS) < DAY_MS ? MOST_YEARS_BELOW_A_DAY : MOST_YEARS;
}

export function isCountable({ from, to }: Span, interval: BarInterval): boolean {
  return to - from <= countableYears(interval) * 366 * DAY_MS;
}
