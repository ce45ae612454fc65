import { DAY_MS } from '../interval/bar-interval.ts';
import type { LocalSegment, SessionSchedule, WeekDays } from './session-schedule.ts';

/** 1970-01-01 was a Thursday, the fifth of a week that begins on Sunday. */
const FIRST_WEEKDAY = 4;

/** The segments of a local date (epoch ms of its 00:00Z), ascending, as holidays and short days leave them. */
export function segmentsOn(schedule: SessionSchedule, date: number): readonly LocalSegment[] {
  if (schedule.holidays.has(date)) return [];
  const special = schedule.special.get(date);
  if (special !== undefined) return special;
  const day = (date / DAY_MS + FIRST_WEEKDAY) % 7;
  const segments = weekOn(schedule, date)[day < 0 ? day + 7 : day];
  const lateOpen = schedule.lateOpens.get(date) ?? 0;
  const earlyClose = schedule.earlyCloses.get(date) ?? DAY_MS;
  if (lateOpen === 0 && earlyClose === DAY_MS) return segments;
  return segments
    .filter(({ from, to }) => from < earlyClose && to > lateOpen)
    .map((segment) => ({
      ...segment,
      from: Math.max(segment.from, lateOpen),
      to: Math.min(segment.to, earlyClose),
      carries: segment.carries && earlyClose === DAY_MS,
    }));
}

function weekOn({ weeks }: SessionSchedule, date: number): WeekDays {
  let last = weeks.length - 1;
  while (last > 0 && weeks[last].from > date) last--;
  return weeks[last].days;
}

/** The local date on which the block that a segment belongs to ends. */
export function endDateOf({ carries }: LocalSegment, date: number): number {
  return carries ? date + DAY_MS : date;
}

/** Whether a block with regular hours ends on this local date, and it is no holiday. */
export function isTradingDay(schedule: SessionSchedule, date: number): boolean {
  if (schedule.holidays.has(date)) return false;
  const own = segmentsOn(schedule, date).some(({ session, carries }) => session === 'regular' && !carries);
  return own || segmentsOn(schedule, date - DAY_MS).some(({ session, carries }) => session === 'regular' && carries);
}
