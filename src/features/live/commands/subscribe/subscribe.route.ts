import Type from 'typebox';
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
  description:
    'Intervals already subscribed to are kept. Without any, a new subscription has the finest of which the provider has history; others are derived.',
  body: Type.Object({ instrumentId, intervals, provider }, { additionalProperties: false }),
  response: { 200: SubscriptionJson },
};

export function routeSubscribe(http: HttpServer, bus: Bus): void {
  http.post('/subscriptions', { schema }, async ({ body, id }) =>
    subscriptionJson(await bus.execute(subscribe(body), { correlationId: id })),
  );
}
