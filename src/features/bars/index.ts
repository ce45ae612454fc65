import { instrumentId, type InstrumentId } from '../../market/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { Cache } from '../../platform/cache/index.ts';
import type { Database, DocumentSchemas } from '../../platform/database/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import { openBarsCollections } from './collections.ts';
import { createBar, handleCreateBar } from './commands/create-bar/create-bar.command.ts';
import { deleteBars, handleDeleteBars, type ForgetFetched } from './commands/delete-bars/delete-bars.command.ts';
import { handleImportBars, importBars } from './commands/import-bars/import-bars.command.ts';
import { handleImportFiles, importFiles } from './commands/import-files/import-files.command.ts';
import type { RecordFetched } from './commands/import-bars/imported-series.ts';
import { workOnImport, type UploadLoad } from './commands/import-upload/import-job.ts';
import { handleOrderImport, IMPORT_JOB, orderImport } from './commands/import-upload/import-upload.command.ts';
import { handleRepairDatabase, repairDatabase } from './commands/repair-database/repair-database.command.ts';
import { handleUpsertBars, upsertBars } from './commands/upsert-bars/upsert-bars.command.ts';
import { answerExportBars, exportBars } from './queries/export-bars/export-bars.query.ts';
import { answerGetBars, getBars } from './queries/get-bars/get-bars.query.ts';
import { answerGetChanges, getChanges } from './queries/get-changes/get-changes.query.ts';
import { answerGetCompleteness, getCompleteness } from './queries/get-completeness/get-completeness.query.ts';
import { answerGetLatestBar, getLatestBar } from './queries/get-latest-bar/get-latest-bar.query.ts';
import { answerGetNewestSeq, getNewestSeq } from './queries/get-newest-seq/get-newest-seq.query.ts';
import { answerGetBarsBody, getBarsBody } from './queries/get-bars-body/get-bars-body.query.ts';
import { answerGetRevisions, getRevisions } from './queries/get-revisions/get-revisions.query.ts';
import { answerReadBarFile, readBarFile } from './queries/read-bar-file/read-bar-file.query.ts';
import { answerReadBarFiles, readBarFiles } from './queries/read-bar-file/read-bar-files.query.ts';
import { answerStreamBars, streamBars } from './queries/stream-bars/stream-bars.query.ts';
import { answerVerifyDatabase, verifyDatabase } from './queries/verify-database/verify-database.query.ts';
import type { BarsPort } from './reading/plan-answer.ts';
import { startRelay, type Relay, type RelayOptions } from './relay/relay.ts';
import { RESTING_RELAY } from './relay/resting-relay.ts';

export { routeImports } from './commands/import-upload/import-upload.route.ts';
export { cliBars, routeBars } from './doors.ts';
export { findGrid } from './series-grid.ts';
export { barsDocuments } from './stored-documents.ts';
export {
  createBar,
  deleteBars,
  exportBars,
  getBars,
  getChanges,
  getCompleteness,
  getLatestBar,
  getNewestSeq,
  getRevisions,
  importBars,
  importFiles,
  readBarFile,
  readBarFiles,
  streamBars,
  upsertBars,
  verifyDatabase,
};
export { barJson, changeJson } from './bars-json.ts';
export type { BarRevision, Change } from '../../chunk/index.ts';
export type { DeleteOutcome } from './commands/delete-bars/delete-bars.command.ts';
export type { UploadLoad } from './commands/import-upload/import-job.ts';
export type { ImportOutcome, ImportProgress } from './commands/import-bars/import-bars.command.ts';
export type { ImportedFile, ImportedFiles, ImportFilesProgress } from './commands/import-files/import-files.command.ts';
export type { RejectedBar } from './commands/upsert-bars/prepare-bars.ts';
export type { UpsertOutcome } from './commands/upsert-bars/upsert-bars.command.ts';
export type { ExportedBars } from './queries/export-bars/export-bars.query.ts';
export type { BarFilePreview } from './queries/read-bar-file/read-bar-file.query.ts';
export type { PreviewedFile } from './queries/read-bar-file/read-bar-files.query.ts';
export type { BarsAnswer } from './queries/get-bars/get-bars.query.ts';
export type { ChangesAnswer } from './queries/get-changes/get-changes.query.ts';
export type { StreamedBars } from './queries/stream-bars/stream-bars.query.ts';
export type { Completeness, MissingRange, MissingReason } from './reading/completeness.ts';
export type { BarsPort, InstrumentFacts } from './reading/plan-answer.ts';
export type { Relay } from './relay/relay.ts';
export type { ColumnsInput } from './schemas.ts';

/** Hears of which instruments bars are stored, and of which some were deleted. */
export interface NamesOfStored {
  note(id: InstrumentId): void;
  forget(id: InstrumentId): void;
}

export interface BarsWiring {
  readonly bus: Bus;
  readonly database: Database;
  /** Works on large files that were uploaded. */
  readonly scheduler: JobScheduler;
  readonly uploads: UploadLoad;
  /** What the documents of each collection look like, those of other slices too: a check reads them all. */
  readonly documents: DocumentSchemas;
  readonly port: BarsPort;
  /** Keeps pages that were asked for more than once. */
  readonly cache: Cache;
  /** Where an import may declare that its file is complete. */
  readonly recordFetched: RecordFetched;
  readonly forgetFetched: ForgetFetched;
  readonly names: NamesOfStored;
  readonly relay: Omit<RelayOptions, 'dataVersion'>;
}

/** Gives the bus the handlers of this slice and starts its relay. */
export async function registerBars(wiring: BarsWiring): Promise<Relay> {
  const {
    bus,
    database,
    scheduler,
    uploads,
    documents,
    port,
    cache,
    recordFetched,
    forgetFetched,
    names,
    relay: options,
  } = wiring;
  const collections = await openBarsCollections(database);
  const dataVersion = (): number | undefined => database.dataVersion?.();
  const relay = database.isReadOnly ? RESTING_RELAY : startRelay(collections, { ...options, dataVersion });
  const stored = (id: InstrumentId): void => {
    names.note(id);
    relay.wake();
  };
  const deleted = (id: InstrumentId): void => {
    names.forget(id);
    relay.wake();
  };
  const upsert = handleUpsertBars(collections, stored, port.findInstrument);
  bus.handle(upsertBars, upsert);
  bus.handle(createBar, handleCreateBar(collections, stored, port.findInstrument));
  const remove = handleDeleteBars(collections, deleted, forgetFetched);
  bus.handle(deleteBars, remove);
  const read = answerGetBars(collections, port);
  bus.answer(getBars, read);
  const hoursOf = (id: string) => port.findInstrument(instrumentId(id));
  const { quarantine } = collections;
  const preview = answerReadBarFile(hoursOf);
  bus.answer(readBarFile, preview);
  bus.answer(readBarFiles, answerReadBarFiles(preview));
  const load = handleImportBars({ quarantine, upsert, remove, read, recordFetched, hoursOf });
  bus.handle(importBars, load);
  bus.handle(importFiles, handleImportFiles(load));
  bus.handle(orderImport, handleOrderImport(scheduler));
  scheduler.handle(IMPORT_JOB, workOnImport(bus, uploads));
  bus.answer(getCompleteness, answerGetCompleteness(collections, port));
  const stream = answerStreamBars(collections, port);
  bus.answer(streamBars, stream);
  const exported = answerExportBars(stream);
  bus.answer(exportBars, exported);
  bus.answer(getBarsBody, answerGetBarsBody({ collections, port, cache, dataVersion, exported }));
  bus.answer(getLatestBar, answerGetLatestBar(collections));
  bus.answer(getRevisions, answerGetRevisions(collections));
  bus.answer(getChanges, answerGetChanges(collections));
  bus.answer(getNewestSeq, answerGetNewestSeq(collections));
  bus.answer(verifyDatabase, answerVerifyDatabase(database, documents));
  bus.handle(
    repairDatabase,
    handleRepairDatabase(database, collections, documents, () => relay.drain()),
  );
  return relay;
}
