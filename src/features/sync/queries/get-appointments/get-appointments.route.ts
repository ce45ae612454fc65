import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, type HttpServer } from '../../../../platform/http/index.ts';
import { appointmentJson } from '../../sync-json.ts';
import { getAppointments } from './get-appointments.query.ts';

const AppointmentJson = Type.Object({
  id: Type.String(),
  description: Type.String(),
  nextRunAt: orNull(Type.String()),
  lastRunAt: orNull(Type.String()),
});

const schema = {
  operationId: 'getSchedules',
  tags: ['sync'],
  summary: 'Scheduled jobs',
  response: { 200: Type.Object({ schedules: Type.Array(AppointmentJson) }) },
};

export function routeGetAppointments(http: HttpServer, bus: Bus): void {
  http.get('/schedules', { schema }, async ({ id }) => ({
    schedules: (await bus.ask(getAppointments({}), { correlationId: id })).map(appointmentJson),
  }));
}
