/** UTC dates as numbers: days since 1970-01-01. */
export const DAY_MS = 86_400_000;

export function dayOf(time: number): number {
  return Math.floor(time / DAY_MS);
}

/** `2026-11-29` as a number; undefined where it is no date. */
export function dayFrom(text: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) ? undefined : dayOf(time);
}

export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

const named = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: 'UTC' });

/** With the day of the week: `Fri 2026-11-27`. */
export function dayName(day: number): string {
  return `${named.format(day * DAY_MS)} ${dayText(day)}`;
}

/** Days from `first` up to, but without, `end`. */
export interface DayRange {
  readonly first: number;
  readonly end: number;
}

/** A mark above the map: where a month begins, or a day within it. */
export interface AxisMark {
  readonly day: number;
  readonly text: string;
  readonly isMonth: boolean;
}

const month = new Intl.DateTimeFormat('en-US', { month: 'short', timeZone: 'UTC' });
const MONTH_PX = 64;
const DAY_PX = 24;
const DAY_STEPS = [1, 2, 5, 10] as const;

/** Marks for the days in sight: each month that has room for its name, and days between where there is room. The first tells the month it is in. */
export function axisMarks({ first, end }: DayRange, dayWidth: number): AxisMark[] {
  const monthStep = [1, 3, 6, 12, 24, 60].find((months) => months * 30 * dayWidth >= MONTH_PX) ?? 120;
  const dayStep = DAY_STEPS.find((days) => days * dayWidth >= DAY_PX);
  const marks: AxisMark[] = [];
  let free = -Infinity; // the first day behind the name of a month
  for (let day = first; day < end; day++) {
    const date = new Date(day * DAY_MS);
    const ofMonth = date.getUTCDate();
    const months = date.getUTCFullYear() * 12 + date.getUTCMonth();
    const isMonth = ofMonth === 1 && months % monthStep === 0;
    const name = MONTH_PX / dayWidth;
    if (isMonth || (day === first && hasRoom(date, name, monthStep))) {
      marks.push({ day: isMonth ? day : day - ofMonth + 1, text: monthText(date), isMonth: true });
      free = day + name;
    } else if (dayStep !== undefined && day >= free && isDayMark(ofMonth, dayStep))
      marks.push({ day, text: String(ofMonth), isMonth: false });
  }
  return marks;
}

function monthText(date: Date): string {
  return `${month.format(date)} ${date.getUTCFullYear()}`;
}

/** Whether a month that began out of sight can be named before the next mark. */
function hasRoom(date: Date, days: number, monthStep: number): boolean {
  const later = new Date(date.getTime() + days * DAY_MS);
  const monthsLater = (later.getUTCFullYear() - date.getUTCFullYear()) * 12 + later.getUTCMonth() - date.getUTCMonth();
  return monthsLater === 0 || (monthStep > 1 && monthsLater < monthStep);
}

/** The last days of a month have none where the first of the next one follows too closely. */
function isDayMark(ofMonth: number, step: number): boolean {
  if (step === 1) return true;
  return step === 2 ? ofMonth % 2 === 1 && ofMonth < 31 : ofMonth % step === 0 && ofMonth < 30;
}
