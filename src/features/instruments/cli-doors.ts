import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const instrumentsCommands: CliDoors = {
  symbols: async () => (await import('./queries/get-symbols/get-symbols.cli.ts')).cliGetSymbols,
  register: async () => (await import('./commands/register-symbol/register-symbol.cli.ts')).cliRegisterSymbol,
};
