import type { Static } from 'typebox';
import type { Cli } from '../../../../platform/cli/index.ts';
import { symbolJson } from '../../instrument-json.ts';
import { registerSymbol } from './register-symbol.command.ts';

type Details = Omit<Static<typeof registerSymbol.schema>, 'instrumentId' | 'aliases' | 'listedFrom' | 'listedTo'>;

interface RegisterOptions extends Details {
  readonly alias?: string[];
  readonly listedFrom?: string;
  readonly listedTo?: string;
}

export function cliRegisterSymbol({ program, run }: Cli): void {
  program
    .command('register')
    .description('declare an instrument; with --schedule answers say what is missing')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .option('--name <name>')
    .option('--asset-type <type>', 'stock, crypto, future, …')
    .option('--currency <code>', 'USD, USDT, …')
    .option('--schedule <schedule>', '24x7')
    .option('--listed-from <time>', 'first day of its listing')
    .option('--listed-to <time>', 'end of its listing')
    .option(
      '--alias <name>',
      "another name, such as a provider's code (yahoo:^GSPC); may be repeated; replaces all earlier ones",
      (name: string, before: string[] | undefined) => [...(before ?? []), name],
    )
    .action((instrumentId: string, { alias, ...details }: RegisterOptions) =>
      run(async ({ bus, terminal }) => {
        const registered = await bus.execute(registerSymbol({ instrumentId, ...details, aliases: alias }));
        const { aliases = [] } = registered;
        terminal.answer(symbolJson(registered), () => [
          `${registered.instrumentId} is registered${aliases.length === 0 ? '' : `, also known as ${aliases.join(', ')}`}.`,
        ]);
      }),
    );
}
