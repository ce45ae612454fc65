import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Timetable } from '../../../../platform/scheduler/index.ts';

/**
 * Does now what a schedule does at its time.
 * @throws NotFoundError `SCHEDULE_NOT_FOUND`
 */
export const runAppointment = defineCommand<void>()(
  'sync.run-appointment',
  Type.Object({
    id: Type.String({
      pattern: '^[A-Za-z0-9._-]{1,64}$',
      description: 'the id of a schedule, as GET /schedules lists them',
    }),
  }),
);

export function handleRunAppointment(timetable: Timetable): HandlerOf<typeof runAppointment> {
  return ({ id }) => timetable.runNow(id);
}
