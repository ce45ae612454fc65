import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openSystemCollections } from './collections.ts';
import { cliDoctor } from './commands/repair-database/repair-database.cli.ts';
import { handleRepairDatabase, repairDatabase } from './commands/repair-database/repair-database.command.ts';
import { cliVerify } from './queries/verify-database/verify-database.cli.ts';
import { answerVerifyDatabase, verifyDatabase } from './queries/verify-database/verify-database.query.ts';

export { verifyDatabase };

export interface SystemWiring {
  readonly bus: Bus;
  readonly database: Database;
  /** Publishes what waits in chunks. */
  readonly settle: () => Promise<void>;
}

/** Gives the bus the handlers of this slice. */
export function registerSystem({ bus, database, settle }: SystemWiring): void {
  const collections = openSystemCollections(database);
  bus.answer(verifyDatabase, answerVerifyDatabase(collections));
  bus.handle(repairDatabase, handleRepairDatabase(collections, settle));
}

export function cliSystem(cli: Cli): void {
  cliVerify(cli);
  cliDoctor(cli);
}
