import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { FeedsJson } from '../../live-http.ts';
import { feedsJson } from '../../live-json.ts';
import { getFeeds } from './get-feeds.query.ts';

const schema = { operationId: 'getFeeds', tags: ['live'], summary: 'Feed status', response: { 200: FeedsJson } };

export function routeGetFeeds(http: HttpServer, bus: Bus): void {
  http.get('/feed', { schema }, async ({ id }) => feedsJson(await bus.ask(getFeeds({}), { correlationId: id })));
}
