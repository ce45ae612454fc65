import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const systemCommands: CliDoors = {
  providers: async () => (await import('./queries/get-providers/get-providers.cli.ts')).cliGetProviders,
  config: async () => (await import('./queries/get-configuration/get-configuration.cli.ts')).cliGetConfiguration,
};
