import { tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { getConfiguration } from './get-configuration.query.ts';

export function cliGetConfiguration({ program, run }: Cli): void {
  program
    .command('config')
    .description('show the configuration in force, without secrets')
    .action(() =>
      run(async ({ bus, terminal }) => {
        const settings = await bus.ask(getConfiguration({}));
        const told = settings.map(({ value = null, ...setting }) => ({ ...setting, value }));
        terminal.answer({ settings: told }, () =>
          tableLines([
            ['variable', 'value', ''],
            ...settings.map(({ variable, value = '', isDefault }) => [variable, value, isDefault ? 'default' : '']),
          ]),
        );
      }),
    );
}
