import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { SubscriptionJson } from '../../live-http.ts';
import { subscriptionJson } from '../../live-json.ts';
import { getSubscriptions } from './get-subscriptions.query.ts';

const schema = {
  operationId: 'getSubscriptions',
  tags: ['live'],
  summary: 'Live subscriptions',
  querystring: getSubscriptions.schema,
  response: { 200: Type.Object({ subscriptions: Type.Array(SubscriptionJson) }) },
};

export function routeGetSubscriptions(http: HttpServer, bus: Bus): void {
  http.get('/subscriptions', { schema }, async ({ query, id }) => {
    const subscriptions = await bus.ask(getSubscriptions(query), { correlationId: id });
    return { subscriptions: subscriptions.map(subscriptionJson) };
  });
}
