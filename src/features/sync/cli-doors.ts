import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const syncCommands: CliDoors = {
  sync: async () => (await import('./commands/sync-bars/sync-bars.cli.ts')).cliSyncBars,
  backfill: async () => (await import('./commands/sync-bars/sync-bars.cli.ts')).cliBackfillBars,
  untrack: async () => (await import('./commands/untrack-series/untrack-series.cli.ts')).cliUntrackSeries,
  jobs: async () => (await import('./queries/get-jobs/get-jobs.cli.ts')).cliGetJobs,
};
