import type { Span } from '../time/span.ts';
import { isTracked, type SessionSchedule, type TrackedSessions } from './session-schedule.ts';
import { sessionsOfDay, stretchesOf } from './trading-days.ts';

/** Stretches of the tracked sessions of one trading day; none if it is no trading day. */
export function stretchesOfDay(schedule: SessionSchedule, day: number, tracked: TrackedSessions): readonly Span[] {
  return stretchesOf(sessionsOfDay(schedule, day).filter(({ session }) => isTracked(session, tracked)));
}
