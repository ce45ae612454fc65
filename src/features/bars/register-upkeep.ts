import type { Bus } from '../../platform/bus/index.ts';
import type { Database, DocumentSchemas } from '../../platform/database/index.ts';
import type { BarsCollections } from './collections.ts';
import { handleRepairDatabase, repairDatabase } from './commands/repair-database/repair-database.command.ts';
import { answerCheckSharding, checkSharding } from './queries/check-sharding/check-sharding.query.ts';
import { answerPlanCluster, planCluster, type FindUniverse } from './queries/plan-cluster/plan-cluster.query.ts';
import { answerVerifyDatabase, verifyDatabase } from './queries/verify-database/verify-database.query.ts';

export interface UpkeepWiring {
  readonly bus: Bus;
  readonly database: Database;
  /** What the documents of each collection look like, those of other slices too: a check reads them all. */
  readonly documents: DocumentSchemas;
  /** All instruments that are registered, stored or tracked. */
  readonly findUniverse: FindUniverse;
}

/** Gives the bus what those need who run the database. `drain` publishes all changes that wait. */
export function registerUpkeep(
  { bus, database, documents, findUniverse }: UpkeepWiring,
  collections: BarsCollections,
  drain: () => Promise<void>,
): void {
  bus.answer(checkSharding, answerCheckSharding(database));
  bus.answer(planCluster, answerPlanCluster(database, findUniverse));
  bus.answer(verifyDatabase, answerVerifyDatabase(database, documents));
  bus.handle(repairDatabase, handleRepairDatabase(database, collections, documents, drain));
}
