import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, TimeJson, type HttpServer } from '../../../../platform/http/index.ts';
import { currentBarJson } from '../../live-json.ts';
import { getCurrentBar } from './get-current-bar.query.ts';

const schema = {
  operationId: 'getCurrentBar',
  tags: ['live'],
  summary: 'The current bar of a series',
  params: Type.Pick(getCurrentBar.schema, ['instrumentId']),
  querystring: Type.Pick(getCurrentBar.schema, ['interval']),
  response: {
    200: Type.Object({
      instrumentId: Type.String(),
      provider: Type.String(),
      at: TimeJson,
      interval: Type.String(),
      openTime: TimeJson,
      open: Type.Number(),
      high: Type.Number(),
      low: Type.Number(),
      close: Type.Number(),
      volume: orNull(Type.Number()),
      state: Type.Literal('open'),
      isPartial: Type.Boolean({ description: 'Trades are missing in it' }),
      trades: Type.Optional(Type.Number({ description: 'How many; absent where the feed tells of no trades' })),
      turnover: Type.Optional(Type.Number()),
    }),
  },
};

export function routeGetCurrentBar(http: HttpServer, bus: Bus): void {
  http.get('/quotes/:instrumentId/current-bar', { schema }, async ({ params, query, id }) =>
    currentBarJson(await bus.ask(getCurrentBar({ ...params, ...query }), { correlationId: id })),
  );
}
