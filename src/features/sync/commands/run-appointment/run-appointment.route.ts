import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { runAppointment } from './run-appointment.command.ts';

const schema = {
  operationId: 'runSchedule',
  tags: ['sync'],
  summary: 'Run a scheduled job now',
  params: runAppointment.schema,
  response: { 204: Type.Null() },
};

export function routeRunAppointment(http: HttpServer, bus: Bus): void {
  http.post('/schedules/:id/run', { schema }, async ({ params, id }, reply) => {
    await bus.execute(runAppointment(params), { correlationId: id });
    return reply.status(204).send(null);
  });
}
