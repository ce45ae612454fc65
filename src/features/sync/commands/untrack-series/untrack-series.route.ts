import Type from 'typebox';
import { AlignText, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { untrackSeries } from './untrack-series.command.ts';

const schema = {
  operationId: 'untrackSeries',
  tags: ['sync'],
  summary: 'End the tracking of a series; stored bars are kept',
  params: Type.Object({ instrumentId: InstrumentIdText }),
  querystring: Type.Object({ interval: IntervalText, align: Type.Optional(AlignText) }),
  response: { 204: Type.Null() },
};

export function routeUntrackSeries(http: HttpServer, bus: Bus): void {
  http.delete('/sync/status/:instrumentId', { schema }, async ({ params, query, id }, reply) => {
    await bus.execute(untrackSeries({ ...params, ...query }), { correlationId: id });
    return reply.status(204).send(null);
  });
}
