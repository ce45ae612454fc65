import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { unsubscribe } from './unsubscribe.command.ts';

const schema = {
  operationId: 'unsubscribe',
  tags: ['live'],
  summary: 'End a subscription; stored bars are kept',
  params: unsubscribe.schema,
  response: { 204: Type.Null() },
};

export function routeUnsubscribe(http: HttpServer, bus: Bus): void {
  http.delete('/subscriptions/:id', { schema }, async ({ params, id }, reply) => {
    await bus.execute(unsubscribe(params), { correlationId: id });
    return reply.status(204).send(null);
  });
}
