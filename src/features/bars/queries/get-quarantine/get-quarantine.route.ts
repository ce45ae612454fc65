import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, TimeJson, type HttpServer } from '../../../../platform/http/index.ts';
import { refusedJson } from '../../bars-json.ts';
import { getQuarantine } from './get-quarantine.query.ts';

const RefusedJson = Type.Object({
  id: Type.String(),
  instrumentId: Type.String(),
  interval: Type.String(),
  align: Type.Optional(Type.Literal('session')),
  provider: Type.String(),
  code: Type.String({ description: 'Such as highLowOrder, invalidPrice, notAligned, inFuture' }),
  message: Type.String(),
  openTime: orNull(TimeJson, { description: 'null where the time itself could not be read' }),
  sent: Type.String({ description: 'What was sent: its first 2,000 characters, as JSON where it was JSON' }),
  rejectedAt: TimeJson,
});

const schema = {
  operationId: 'getQuarantine',
  tags: ['bars'],
  summary: 'Rejected bars, the newest first',
  querystring: getQuarantine.schema,
  response: { 200: Type.Object({ bars: Type.Array(RefusedJson), nextCursor: orNull(Type.String()) }) },
};

export function routeGetQuarantine(http: HttpServer, bus: Bus): void {
  http.get('/quarantine', { schema }, async ({ query, id }) => {
    const { bars, nextCursor = null } = await bus.ask(getQuarantine(query), { correlationId: id });
    return { bars: bars.map(refusedJson), nextCursor };
  });
}
