import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, timesAsText, TimeValue, type HttpServer } from '../../../../platform/http/index.ts';
import { SeriesParams, SeriesQuery, WholeBarJson } from '../../bars-http.ts';
import { wholeBarJson } from '../../bars-json.ts';
import { ProviderText, WritableState } from '../../schemas.ts';
import { createBar } from './create-bar.command.ts';

const schema = {
  operationId: 'createBar',
  tags: ['bars'],
  summary: 'Store one new bar; 409 if it exists',
  params: SeriesParams,
  querystring: SeriesQuery,
  body: Type.Object(
    { provider: ProviderText, state: WritableState, observedAt: Type.Optional(TimeValue), bar: Type.Unknown() },
    { additionalProperties: false },
  ),
  response: { 201: WholeBarJson, 409: problem('A bar with this openTime exists, or another writer kept changing it') },
};

export function routeCreateBar(http: HttpServer, bus: Bus): void {
  http.post('/bars/:instrumentId', { schema }, async ({ params, query, body: { observedAt, ...body }, id }, reply) => {
    const bar = await bus.execute(
      createBar({ ...params, ...query, ...body, ...timesAsText({ observedAt }), epochNumbers: 'byMagnitude' }),
      {
        correlationId: id,
      },
    );
    return reply.status(201).send(wholeBarJson(bar));
  });
}
