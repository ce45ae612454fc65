import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { cliStartFeed } from './commands/start-feed/start-feed.cli.ts';
import { routeStartFeed } from './commands/start-feed/start-feed.route.ts';
import { cliStopFeed } from './commands/stop-feed/stop-feed.cli.ts';
import { routeStopFeed } from './commands/stop-feed/stop-feed.route.ts';
import { routeSubscribe } from './commands/subscribe/subscribe.route.ts';
import { cliUnsubscribe } from './commands/unsubscribe/unsubscribe.cli.ts';
import { routeUnsubscribe } from './commands/unsubscribe/unsubscribe.route.ts';
import { cliGetCurrentBar } from './queries/get-current-bar/get-current-bar.cli.ts';
import { routeGetCurrentBar } from './queries/get-current-bar/get-current-bar.route.ts';
import { cliGetFeeds } from './queries/get-feeds/get-feeds.cli.ts';
import { routeGetFeeds } from './queries/get-feeds/get-feeds.route.ts';
import { routeGetQuotes } from './queries/get-quotes/get-quotes.route.ts';
import { routeGetSubscriptions } from './queries/get-subscriptions/get-subscriptions.route.ts';

export function cliLive({ program, run }: Cli): void {
  const feed: Cli = { program: program.command('feed').description('live feeds and their bars'), run };
  cliStartFeed(feed);
  cliStopFeed(feed);
  cliUnsubscribe(feed);
  cliGetFeeds(feed);
  cliGetCurrentBar(feed);
}

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
