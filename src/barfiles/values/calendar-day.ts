const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const FIRST_YEAR = 1700;
const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday. */
const WEEKDAYS_FROM_EPOCH = ['thu', 'fri', 'sat', 'sun', 'mon', 'tue', 'wed'];

/** Epoch ms of a day's 00:00Z; `NaN` for a day that no calendar has, and for years without exchanges (before 1700). */
export function dayMs(year: number, month: number, day: number): number {
  const isLeapDay = month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const exists = day >= 1 && (day <= (DAYS_OF_MONTH[month - 1] ?? 0) || isLeapDay);
  return exists && year >= FIRST_YEAR ? Date.UTC(year, month - 1, day) : NaN;
}

/** Ms since midnight; `24:00` is the next midnight. `NaN` for what no clock shows, a leap second included. */
export function clockMs(hour: number, minute: number, second: number, ms: number): number {
  const isShown = hour < 24 || (hour === 24 && minute === 0 && second === 0 && ms === 0);
  return isShown && minute < 60 && second < 60 ? ((hour * 60 + minute) * 60 + second) * 1_000 + ms : NaN;
}

/** The first three letters of the name of a day's weekday, in lower case. */
export function weekdayOf(day: number): string | undefined {
  return WEEKDAYS_FROM_EPOCH.at((day / DAY_MS) % 7);
}
