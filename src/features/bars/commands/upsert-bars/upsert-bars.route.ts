import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, timesAsText, TimeValue, type HttpServer } from '../../../../platform/http/index.ts';
import { BarList, OutcomeJson, outcomeJson, SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { ProviderText, WritableState } from '../../schemas.ts';
import { upsertBars } from './upsert-bars.command.ts';

const schema = {
  operationId: 'upsertBars',
  tags: ['bars'],
  summary: 'Store bars; repeating the call changes nothing',
  params: SeriesParams,
  querystring: SeriesQuery,
  body: Type.Object(
    {
      provider: ProviderText,
      state: WritableState,
      observedAt: Type.Optional(TimeValue),
      bars: BarList,
    },
    { additionalProperties: false },
  ),
  response: { 200: OutcomeJson, 409: problem('Another writer kept changing the same bars') },
};

export function routeUpsertBars(http: HttpServer, bus: Bus): void {
  http.put('/bars/:instrumentId', { schema }, async ({ params, query, body: { observedAt, ...body }, id }) => {
    const outcome = await bus.execute(
      upsertBars({ ...params, ...query, ...body, ...timesAsText({ observedAt }), epochNumbers: 'byMagnitude' }),
      { correlationId: id },
    );
    return outcomeJson(outcome);
  });
}
