import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, type HttpServer } from '../../../../platform/http/index.ts';
import { unregisterSymbol } from './unregister-symbol.command.ts';

const schema = {
  operationId: 'unregisterSymbol',
  tags: ['symbols'],
  summary: 'Delete an instrument without bars',
  params: unregisterSymbol.schema,
  response: { 204: Type.Null(), 409: problem('It has bars') },
};

export function routeUnregisterSymbol(http: HttpServer, bus: Bus): void {
  http.delete('/symbols/:instrumentId', { schema }, async ({ params, id }, reply) => {
    await bus.execute(unregisterSymbol(params), { correlationId: id });
    return reply.status(204).send(null);
  });
}
