import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { Database, DocumentSchemas } from '../../platform/database/index.ts';
import { cliDoctor } from './commands/repair-database/repair-database.cli.ts';
import { handleRepairDatabase, repairDatabase } from './commands/repair-database/repair-database.command.ts';
import { cliVerify } from './queries/verify-database/verify-database.cli.ts';
import { answerVerifyDatabase, verifyDatabase } from './queries/verify-database/verify-database.query.ts';
import { systemDocuments } from './stored-documents.ts';

export { verifyDatabase };

export interface SystemWiring {
  readonly bus: Bus;
  readonly database: Database;
  /** What the documents of each collection look like. */
  readonly documents: DocumentSchemas;
  /** Publishes what waits in chunks. */
  readonly settle: () => Promise<void>;
}

/** Gives the bus the handlers of this slice. */
export function registerSystem({ bus, database, documents, settle }: SystemWiring): void {
  const all = { ...documents, ...systemDocuments };
  bus.answer(verifyDatabase, answerVerifyDatabase(database, all));
  bus.handle(repairDatabase, handleRepairDatabase(database, all, settle));
}

export function cliSystem(cli: Cli): void {
  cliVerify(cli);
  cliDoctor(cli);
}
