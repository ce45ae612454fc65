import type { InstrumentId } from '../../market/index.ts';
import type { Cache } from '../../platform/cache/index.ts';
import type { Database, DocumentSchemas } from '../../platform/database/index.ts';
import { openBarsCollections } from './collections.ts';
import { createBar, handleCreateBar } from './commands/create-bar/create-bar.command.ts';
import { deleteBars, handleDeleteBars, type ForgetFetched } from './commands/delete-bars/delete-bars.command.ts';
import { handleRepairDatabase, repairDatabase } from './commands/repair-database/repair-database.command.ts';
import { handleUpsertBars, upsertBars, type WrittenBars } from './commands/upsert-bars/upsert-bars.command.ts';
import { answerExportBars, exportBars } from './queries/export-bars/export-bars.query.ts';
import { handleUpsertManyBars, upsertManyBars } from './commands/upsert-many-bars/upsert-many-bars.command.ts';
import { answerExportManyBars, exportManyBars } from './queries/export-many-bars/export-many-bars.query.ts';
import { answerGetManyBars, getManyBars, type GetManyBarsPort } from './queries/get-many-bars/get-many-bars.query.ts';
import { answerGetBars, getBars } from './queries/get-bars/get-bars.query.ts';
import { answerGetCompleteness, getCompleteness } from './queries/get-completeness/get-completeness.query.ts';
import { answerGetLatestBar, getLatestBar } from './queries/get-latest-bar/get-latest-bar.query.ts';
import { answerGetBarsBody, getBarsBody } from './queries/get-bars-body/get-bars-body.query.ts';
import { answerGetBarsFile, getBarsFile } from './queries/get-bars-file/get-bars-file.query.ts';
import { answerStreamBars, streamBars } from './queries/stream-bars/stream-bars.query.ts';
import { answerCheckSharding, checkSharding } from './queries/check-sharding/check-sharding.query.ts';
import { answerPlanCluster, planCluster, type FindUniverse } from './queries/plan-cluster/plan-cluster.query.ts';
import { answerVerifyDatabase, verifyDatabase } from './queries/verify-database/verify-database.query.ts';
import { startRelay, type Relay, type RelayOptions } from './relay/relay.ts';
import { RESTING_RELAY } from './relay/resting-relay.ts';
import { registerHistory } from './register-history.ts';
import { registerImports, type ImportsWiring } from './register-imports.ts';

export * from './history.ts';
export * from './imports.ts';
export { findGrid } from './series-grid.ts';
export { barsDocuments } from './stored-documents.ts';
export {
  createBar,
  deleteBars,
  exportBars,
  getBars,
  getCompleteness,
  getLatestBar,
  getManyBars,
  streamBars,
  upsertBars,
  upsertManyBars,
  verifyDatabase,
};
export { changeJson, wholeBarJson } from './bars-json.ts';
export type { FieldsInput } from './fields.ts';
export type { BarRevision, Change } from '../../chunk/index.ts';
export type { DeleteOutcome } from './commands/delete-bars/delete-bars.command.ts';
export type { RejectedBar } from './commands/upsert-bars/prepare-bars.ts';
export type { UpsertOutcome, WrittenBars } from './commands/upsert-bars/upsert-bars.command.ts';
export type { SeriesOutcome, UpsertManyOutcome } from './commands/upsert-many-bars/upsert-many-bars.command.ts';
export type { ExportedBars } from './queries/export-bars/export-bars.query.ts';
export type { BarsAnswer } from './queries/get-bars/get-bars.query.ts';
export type { ManyBars } from './queries/get-many-bars/get-many-bars.query.ts';
export type { ManyEnd, RefusedSeries } from './reading/open-many.ts';
export type { StreamedBars } from './queries/stream-bars/stream-bars.query.ts';
export type { Completeness, MissingRange, MissingReason } from './reading/completeness.ts';
export type { UniverseInstrument } from './queries/plan-cluster/plan-cluster.query.ts';
export type { BarsPort, InstrumentFacts, SeriesLedger } from './reading/plan-answer.ts';
export type { Relay } from './relay/relay.ts';
export type { ColumnsInput } from './schemas.ts';

export interface BarsWiring extends ImportsWiring {
  readonly database: Database;
  /** What the documents of each collection look like, those of other slices too: a check reads them all. */
  readonly documents: DocumentSchemas;
  readonly port: GetManyBarsPort;
  /** Keeps pages that were asked for more than once. */
  readonly cache: Cache;
  readonly forgetFetched: ForgetFetched;
  /** All instruments that are registered, stored or tracked. */
  readonly findUniverse: FindUniverse;
  /** Hears of which instruments bars are stored, and of which some were deleted. */
  readonly names: { note(id: InstrumentId): void; forget(id: InstrumentId): void };
  readonly onBarsWritten: (bars: WrittenBars) => void;
  readonly relay: Omit<RelayOptions, 'dataVersion'>;
}

/** Gives the bus the handlers of this slice and starts its relay. */
export async function registerBars(wiring: BarsWiring): Promise<Relay> {
  const { bus, database, documents, port, cache, forgetFetched, names, onBarsWritten, relay: options } = wiring;
  const collections = await openBarsCollections(database);
  const dataVersion = (): number | undefined => database.dataVersion?.();
  const relay = database.isReadOnly ? RESTING_RELAY : startRelay(collections, { ...options, dataVersion });
  const thenWake =
    (tell: (id: InstrumentId) => void) =>
    (id: InstrumentId): void => {
      tell(id);
      relay.wake();
    };
  const noteStored = thenWake((id) => names.note(id));
  const stored = (id: InstrumentId, bars: WrittenBars): void => {
    onBarsWritten(bars);
    noteStored(id);
  };
  const upsert = handleUpsertBars(collections, stored, port.findInstrument);
  bus.handle(upsertBars, upsert);
  bus.handle(upsertManyBars, handleUpsertManyBars(collections, stored, port));
  bus.handle(createBar, handleCreateBar(collections, stored, port.findInstrument));
  const remove = handleDeleteBars(
    collections,
    thenWake((id) => names.forget(id)),
    forgetFetched,
  );
  bus.handle(deleteBars, remove);
  const read = answerGetBars(collections, port);
  bus.answer(getBars, read);
  bus.answer(getManyBars, answerGetManyBars(collections, port));
  bus.answer(exportManyBars, answerExportManyBars(collections, port));
  registerImports(wiring, {
    quarantine: collections.quarantine,
    upsert,
    remove,
    read,
    findInstrument: port.findInstrument,
  });
  bus.answer(getCompleteness, answerGetCompleteness(collections, port));
  const stream = answerStreamBars(collections, port);
  bus.answer(streamBars, stream);
  const exported = answerExportBars(stream);
  bus.answer(exportBars, exported);
  bus.answer(getBarsBody, answerGetBarsBody({ collections, port, cache, dataVersion, exported }));
  bus.answer(getBarsFile, answerGetBarsFile(collections, port));
  bus.answer(getLatestBar, answerGetLatestBar(collections));
  registerHistory(bus, collections);
  bus.answer(checkSharding, answerCheckSharding(database));
  bus.answer(planCluster, answerPlanCluster(database, wiring.findUniverse));
  bus.answer(verifyDatabase, answerVerifyDatabase(database, documents));
  bus.handle(
    repairDatabase,
    handleRepairDatabase(database, collections, documents, () => relay.drain()),
  );
  return relay;
}
