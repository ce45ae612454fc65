import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { FeedBody, FeedsJson } from '../../live-http.ts';
import { feedsJson } from '../../live-json.ts';
import { getFeeds } from '../../queries/get-feeds/get-feeds.query.ts';
import { startFeed } from './start-feed.command.ts';

const schema = {
  operationId: 'startFeed',
  tags: ['live'],
  summary: "Have a provider's feed run, also after a restart",
  body: FeedBody,
  response: { 200: FeedsJson },
};

export function routeStartFeed(http: HttpServer, bus: Bus): void {
  http.post('/feed/start', { schema }, async ({ body, id }) => {
    await bus.execute(startFeed(body), { correlationId: id });
    return feedsJson(await bus.ask(getFeeds({}), { correlationId: id }));
  });
}
