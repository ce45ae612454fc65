import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const liveCommands: CliDoors = {
  feed: async () => (await import('./feed.cli.ts')).cliFeed,
};
