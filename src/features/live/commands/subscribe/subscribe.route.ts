import Type from 'typebox';
import { BAR_INTERVALS } from '../../../../market/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { SubscriptionJson } from '../../live-http.ts';
import { subscriptionJson } from '../../live-json.ts';
import { subscribe } from './subscribe.command.ts';

const { instrumentId, intervals, provider } = subscribe.schema.properties;

const schema = {
  operationId: 'subscribe',
  tags: ['live'],
  summary: 'Start a live feed',
  description: 'Intervals already subscribed to are kept; without any, all are subscribed to.',
  body: Type.Object({ instrumentId, intervals: Type.Optional(intervals), provider }, { additionalProperties: false }),
  response: { 200: SubscriptionJson },
};

export function routeSubscribe(http: HttpServer, bus: Bus): void {
  http.post('/subscriptions', { schema }, async ({ body, id }) =>
    subscriptionJson(await bus.execute(subscribe({ intervals: [...BAR_INTERVALS], ...body }), { correlationId: id })),
  );
}
