import { barInterval, type Alignment } from '../../../../market/index.ts';
import type { Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { getSyncStatus } from '../../queries/get-sync-status/get-sync-status.query.ts';
import { statusJson } from '../../sync-json.ts';
import { untrackSeries } from './untrack-series.command.ts';

export function cliUntrackSeries({ program, run }: Cli): void {
  program
    .command('untrack')
    .description('end the tracking of a series; stored bars are kept')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .option('--align <clock|session>', 'which series below a day: aligned to the UTC clock, or to trading', 'clock')
    .action((instrumentId: string, interval: string, { align }: { readonly align: Alignment }) =>
      run(async ({ bus, terminal }) => {
        await bus.execute(
          untrackSeries({ instrumentId, interval: readField('interval', interval, barInterval), align }),
        );
        const left = await bus.ask(getSyncStatus({}));
        terminal.answer({ series: left.map(statusJson) }, () =>
          left.length === 0 ? ['No series is tracked.'] : ['Tracked:', ...left.map(({ series }) => `  ${series}`)],
        );
      }),
    );
}
