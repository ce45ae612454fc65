import type { Cli } from '../../../../platform/cli/index.ts';
import { subscriptionId } from '../../collections.ts';
import { subscriptionJson } from '../../live-json.ts';
import { getSubscriptions } from '../../queries/get-subscriptions/get-subscriptions.query.ts';
import { unsubscribe } from './unsubscribe.command.ts';

export function cliUnsubscribe({ program, run }: Cli): void {
  program
    .command('unsubscribe')
    .description('end a subscription; stored bars are kept')
    .argument('<provider>', 'such as binance')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .action((provider: string, instrumentId: string) =>
      run(async ({ bus, terminal }) => {
        await bus.execute(unsubscribe({ id: subscriptionId(provider, instrumentId) }));
        const left = await bus.ask(getSubscriptions({ provider }));
        terminal.answer({ subscriptions: left.map(subscriptionJson) }, () =>
          left.length === 0
            ? [`Nothing is subscribed to at ${provider}.`]
            : left.map(({ instrumentId: id, intervals }) => `${id}  ${intervals.join(' ')}`),
        );
      }),
    );
}
