import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { AppointmentState, Timetable } from '../../../../platform/scheduler/index.ts';

/** What is done by itself, when it was done last and when it is due next. */
export const getSchedules = defineQuery<readonly AppointmentState[]>()('sync.get-schedules', Type.Object({}));

export function answerGetSchedules(timetable: Timetable): HandlerOf<typeof getSchedules> {
  return () => timetable.list();
}
