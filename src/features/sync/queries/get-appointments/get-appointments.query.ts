import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { AppointmentState, Timetable } from '../../../../platform/scheduler/index.ts';

/** What is done by itself, when it was done last and when it is due next. */
export const getAppointments = defineQuery<readonly AppointmentState[]>()('sync.get-appointments', Type.Object({}));

export function answerGetAppointments(timetable: Timetable): HandlerOf<typeof getAppointments> {
  return () => timetable.list();
}
