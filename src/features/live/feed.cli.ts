import type { Cli } from '../../platform/cli/index.ts';
import { cliStartFeed } from './commands/start-feed/start-feed.cli.ts';
import { cliStopFeed } from './commands/stop-feed/stop-feed.cli.ts';
import { cliUnsubscribe } from './commands/unsubscribe/unsubscribe.cli.ts';
import { cliGetCurrentBar } from './queries/get-current-bar/get-current-bar.cli.ts';
import { cliGetFeeds } from './queries/get-feeds/get-feeds.cli.ts';

export function cliFeed({ program, run }: Cli): void {
  const feed: Cli = { program: program.command('feed').description('live feeds and their bars'), run };
  cliStartFeed(feed);
  cliStopFeed(feed);
  cliUnsubscribe(feed);
  cliGetFeeds(feed);
  cliGetCurrentBar(feed);
}
