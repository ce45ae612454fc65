import type { CliDoors } from '../../platform/cli/index.ts';

/** The commands of this slice, each loaded when it is called. */
export const barsCommands: CliDoors = {
  import: async () => (await import('./commands/import-bars/import-bars.cli.ts')).cliImportBars,
  export: async () => (await import('./queries/export-bars/export-bars.cli.ts')).cliExportBars,
  bars: async () => (await import('./queries/get-bars/get-bars.cli.ts')).cliGetBars,
  revisions: async () => (await import('./queries/get-revisions/get-revisions.cli.ts')).cliGetRevisions,
  quarantine: async () => (await import('./queries/get-quarantine/get-quarantine.cli.ts')).cliGetQuarantine,
  changes: async () => (await import('./queries/get-changes/get-changes.cli.ts')).cliGetChanges,
  verify: async () => (await import('./queries/verify-database/verify-database.cli.ts')).cliVerify,
  doctor: async () => (await import('./commands/repair-database/repair-database.cli.ts')).cliDoctor,
  cluster: async () => (await import('./queries/plan-cluster/cluster.cli.ts')).cliCluster,
};
