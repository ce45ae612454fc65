import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { FeedBody, FeedsJson } from '../../live-http.ts';
import { feedsJson } from '../../live-json.ts';
import { getFeeds } from '../../queries/get-feeds/get-feeds.query.ts';
import { stopFeed } from './stop-feed.command.ts';

const schema = {
  operationId: 'stopFeed',
  tags: ['live'],
  summary: "End a provider's feed until it is started again",
  body: FeedBody,
  response: { 200: FeedsJson },
};

export function routeStopFeed(http: HttpServer, bus: Bus): void {
  http.post('/feed/stop', { schema }, async ({ body, id }) => {
    await bus.execute(stopFeed(body), { correlationId: id });
    return feedsJson(await bus.ask(getFeeds({}), { correlationId: id }));
  });
}
