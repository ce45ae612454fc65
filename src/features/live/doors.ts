import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeStartFeed } from './commands/start-feed/start-feed.route.ts';
import { routeStopFeed } from './commands/stop-feed/stop-feed.route.ts';
import { routeSubscribe } from './commands/subscribe/subscribe.route.ts';
import { routeUnsubscribe } from './commands/unsubscribe/unsubscribe.route.ts';
import { routeGetCurrentBar } from './queries/get-current-bar/get-current-bar.route.ts';
import { routeGetFeeds } from './queries/get-feeds/get-feeds.route.ts';
import { routeGetQuotes } from './queries/get-quotes/get-quotes.route.ts';
import { routeGetSubscriptions } from './queries/get-subscriptions/get-subscriptions.route.ts';

export function routeLive(http: HttpServer, bus: Bus): void {
  routeGetFeeds(http, bus);
  routeStartFeed(http, bus);
  routeStopFeed(http, bus);
  routeGetSubscriptions(http, bus);
  routeSubscribe(http, bus);
  routeUnsubscribe(http, bus);
  routeGetQuotes(http, bus);
  routeGetCurrentBar(http, bus);
}
