import { DAY_MS } from '../interval/bar-interval.ts';
import type { Span } from '../time/span.ts';
import type { TimeRange } from '../time/time-range.ts';
import { endDateOf, isTradingDay, segmentsOn } from './local-dates.ts';
import { isTracked, type SessionSchedule, type TrackedSessions, type TradingSession } from './session-schedule.ts';
import { zoneClock } from './zone-clock.ts';

/** Where no trading day is near, the search ends: an exchange does not close for a year and open again. */
const LONGEST_CLOSURE = 366 * DAY_MS;

/** One session of a trading day, `[from, to)`, UTC epoch ms. */
export interface SessionTimes extends TimeRange {
  readonly session: TradingSession;
}

/**
 * The trading day to which a moment (UTC epoch ms) belongs, as epoch ms of 00:00Z of its date; `undefined` when the
 * exchange is closed then. An evening that runs past midnight belongs to the next trading day.
 */
export function tradingDayOf(schedule: SessionSchedule, time: number): number | undefined {
  const clock = zoneClock(schedule.timeZone);
  const utcDate = Math.floor(time / DAY_MS) * DAY_MS;
  for (let date = utcDate - DAY_MS; date <= utcDate + DAY_MS; date += DAY_MS)
    for (const segment of segmentsOn(schedule, date))
      if (time >= clock.utcOfLocal(date + segment.from) && time < clock.utcOfLocal(date + segment.to))
        return tradingDayFrom(schedule, endDateOf(segment, date));
  return undefined;
}

/** Sessions of the trading day of this label (epoch ms of 00:00Z), ascending; none if it is no trading day. */
export function sessionsOfDay(schedule: SessionSchedule, day: number): readonly SessionTimes[] {
  if (day % DAY_MS !== 0 || !isTradingDay(schedule, day)) return [];
  const clock = zoneClock(schedule.timeZone);
  const sessions: SessionTimes[] = [];
  const previousDay = tradingDayBefore(schedule, day);
  for (let date = previousDay; date <= day; date += DAY_MS) {
    for (const segment of segmentsOn(schedule, date)) {
      const endDate = endDateOf(segment, date);
      if (endDate <= previousDay || endDate > day) continue;
      const { session } = segment;
      const [from, to] = [clock.utcOfLocal(date + segment.from), clock.utcOfLocal(date + segment.to)];
      const last = sessions.at(-1);
      if (last?.session === session && last.to === from) sessions.splice(-1, 1, { session, from: last.from, to });
      else if (from < to) sessions.push({ session, from, to });
    }
  }
  return sessions;
}

/**
 * UTC end (epoch ms) of the regular session of the trading day that is running at a moment, or, where that is over,
 * of the next one. With a break in the day it is the end of the last part. `undefined` if no trading day follows.
 */
export function sessionCloseAfter(schedule: SessionSchedule, time: number): number | undefined {
  const isRegular = ({ session }: SessionTimes) => session === 'regular';
  return sessionsEndingAfter(schedule, time, isRegular)?.sessions.at(-1)?.to;
}

/** Whether one of the tracked sessions runs at a moment, UTC epoch ms. */
export function isTrading(schedule: SessionSchedule, tracked: TrackedSessions, time: number): boolean {
  if (schedule.neverCloses) return true;
  const running = sessionsEndingAfter(schedule, time, ({ session }) => isTracked(session, tracked));
  return running?.sessions.some(({ from, to }) => from <= time && time < to) ?? false;
}

/** Which session runs at a moment. */
export function sessionOf(schedule: SessionSchedule, time: number): SessionTimes['session'] | undefined {
  return sessionsEndingAfter(schedule, time, () => true)?.sessions.find(({ from, to }) => from <= time && time < to)
    ?.session;
}

/** The first trading day on which a chosen session ends after a moment, with all its chosen sessions. */
export function sessionsEndingAfter(
  schedule: SessionSchedule,
  time: number,
  isChosen: (session: SessionTimes) => boolean,
): { readonly day: number; readonly sessions: readonly SessionTimes[] } | undefined {
  const firstDay = Math.floor(time / DAY_MS) * DAY_MS - DAY_MS;
  for (let day = firstDay; day <= firstDay + LONGEST_CLOSURE; day += DAY_MS) {
    const sessions = sessionsOfDay(schedule, day).filter(isChosen);
    if (sessions.some(({ to }) => to > time)) return { day, sessions };
  }
  return undefined;
}

/** Sessions joined where one follows the other without a pause. */
export function stretchesOf(sessions: readonly SessionTimes[]): readonly Span[] {
  const stretches: { from: number; to: number }[] = [];
  for (const { from, to } of sessions) {
    const last = stretches.at(-1);
    if (last?.to === from) last.to = to;
    else stretches.push({ from, to });
  }
  return stretches;
}

/** The first trading day on or after a local date. */
export function tradingDayFrom(schedule: SessionSchedule, date: number): number | undefined {
  for (let day = date; day <= date + LONGEST_CLOSURE; day += DAY_MS) if (isTradingDay(schedule, day)) return day;
  return undefined;
}

/** The last trading day before a local date. */
export function tradingDayBefore(schedule: SessionSchedule, day: number): number {
  let before = day - DAY_MS;
  while (before > day - LONGEST_CLOSURE && !isTradingDay(schedule, before)) before -= DAY_MS;
  return before;
}
