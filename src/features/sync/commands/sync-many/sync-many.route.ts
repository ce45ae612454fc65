import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { FailureJson, orNull, type HttpServer } from '../../../../platform/http/index.ts';
import { JobJson, RequestJson, requestOf } from '../../sync-http.ts';
import { outcomeJson } from '../../sync-json.ts';
import { syncMany } from './sync-many.command.ts';

const schema = {
  operationId: 'syncMany',
  tags: ['sync'],
  summary: 'Sync up to 1,000 series, one job each',
  body: Type.Object(
    { orders: Type.Array(RequestJson, { minItems: 1, maxItems: 1_000 }) },
    { additionalProperties: false },
  ),
  response: {
    202: Type.Object({ orders: Type.Array(Type.Object({ job: orNull(JobJson), error: orNull(FailureJson) })) }),
  },
};

export function routeSyncMany(http: HttpServer, bus: Bus): void {
  http.post('/sync/bulk', { schema }, async ({ body, id }, reply) => {
    const outcomes = await bus.execute(syncMany({ orders: body.orders.map(requestOf) }), { correlationId: id });
    return reply.status(202).send({ orders: outcomes.map(outcomeJson) });
  });
}
