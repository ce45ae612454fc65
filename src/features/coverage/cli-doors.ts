import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const coverageCommands: CliDoors = {
  coverage: async () => (await import('./queries/get-coverage/get-coverage.cli.ts')).cliGetCoverage,
};
