import { tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { providerJson } from '../../system-json.ts';
import { getProviders } from './get-providers.query.ts';

export function cliGetProviders({ program, run }: Cli): void {
  program
    .command('providers')
    .description('show providers, what each can do, and whether it has a key')
    .action(() =>
      run(async ({ bus, terminal }) => {
        const providers = await bus.ask(getProviders({}));
        terminal.answer({ providers: providers.map(providerJson) }, () =>
          tableLines([
            ['provider', 'intervals', 'search', 'live', 'key'],
            ...providers.map(({ name, intervals, hasSearch, live, key, hasKey }) => [
              name,
              intervals.join(' '),
              hasSearch ? 'yes' : 'no',
              live ?? 'no',
              hasKey ? 'set' : key,
            ]),
          ]),
        );
      }),
    );
}
