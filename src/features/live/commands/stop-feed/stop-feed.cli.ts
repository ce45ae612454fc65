import type { Cli } from '../../../../platform/cli/index.ts';
import { showFeeds } from '../../queries/get-feeds/get-feeds.cli.ts';
import { stopFeed } from './stop-feed.command.ts';

export function cliStopFeed({ program, run }: Cli): void {
  program
    .command('stop')
    .description("stop a provider's feed until it is started again")
    .argument('<provider>', 'such as binance')
    .action((provider: string) =>
      run(async (session) => {
        await session.bus.execute(stopFeed({ provider }));
        await showFeeds(session);
      }),
    );
}
