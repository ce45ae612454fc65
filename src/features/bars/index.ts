import type { InstrumentId } from '../../market/index.ts';
import type { Cache } from '../../platform/cache/index.ts';
import { openBarsCollections } from './collections.ts';
import { createBar, handleCreateBar } from './commands/create-bar/create-bar.command.ts';
import { deleteBars, handleDeleteBars, type ForgetFetched } from './commands/delete-bars/delete-bars.command.ts';
import { handleUpsertBars, upsertBars, type WrittenBars } from './commands/upsert-bars/upsert-bars.command.ts';
import { answerExportBars, exportBars } from './queries/export-bars/export-bars.query.ts';
import type { GetManyBarsPort } from './queries/get-many-bars/get-many-bars.query.ts';
import { answerGetBars, getBars } from './queries/get-bars/get-bars.query.ts';
import { answerGetCompleteness, getCompleteness } from './queries/get-completeness/get-completeness.query.ts';
import { answerGetLatestBar, getLatestBar } from './queries/get-latest-bar/get-latest-bar.query.ts';
import { answerGetBarsBody, getBarsBody } from './queries/get-bars-body/get-bars-body.query.ts';
import { answerGetBarsFile, getBarsFile } from './queries/get-bars-file/get-bars-file.query.ts';
import { answerStreamBars, streamBars } from './queries/stream-bars/stream-bars.query.ts';
import { startRelay, type Relay, type RelayOptions } from './relay/relay.ts';
import { RESTING_RELAY } from './relay/resting-relay.ts';
import { registerHistory } from './register-history.ts';
import { registerImports, type ImportsWiring } from './register-imports.ts';
import { registerMany } from './register-many.ts';
import { registerUpkeep, type UpkeepWiring } from './register-upkeep.ts';

export * from './history.ts';
export * from './imports.ts';
export * from './many.ts';
export { verifyDatabase } from './queries/verify-database/verify-database.query.ts';
export { findGrid } from './series-grid.ts';
export { barsDocuments } from './stored-documents.ts';
export { createBar, deleteBars, exportBars, getBars, getCompleteness, getLatestBar, streamBars, upsertBars };
export { changeJson, wholeBarJson } from './bars-json.ts';
export type { FieldsInput } from './fields.ts';
export type { BarRevision, Change } from '../../chunk/index.ts';
export type { DeleteOutcome } from './commands/delete-bars/delete-bars.command.ts';
export type { RejectedBar } from './commands/upsert-bars/prepare-bars.ts';
export type { UpsertOutcome, WrittenBars } from './commands/upsert-bars/upsert-bars.command.ts';
export type { ExportedBars } from './queries/export-bars/export-bars.query.ts';
export type { BarsAnswer } from './queries/get-bars/get-bars.query.ts';
export type { StreamedBars } from './queries/stream-bars/stream-bars.query.ts';
export type { Completeness, MissingRange, MissingReason } from './reading/completeness.ts';
export type { UniverseInstrument } from './queries/plan-cluster/plan-cluster.query.ts';
export type { BarsPort, InstrumentFacts, SeriesLedger } from './reading/plan-answer.ts';
export type { Relay } from './relay/relay.ts';
export type { ColumnsInput } from './schemas.ts';

export interface BarsWiring extends ImportsWiring, UpkeepWiring {
  readonly port: GetManyBarsPort;
  /** Keeps pages that were asked for more than once. */
  readonly cache: Cache;
  readonly forgetFetched: ForgetFetched;
  /** Hears of which instruments bars are stored, and of which some were deleted. */
  readonly names: { note(id: InstrumentId): void; forget(id: InstrumentId): void };
  readonly onBarsWritten: (bars: WrittenBars) => void;
  readonly relay: Omit<RelayOptions, 'dataVersion'>;
}

/** Gives the bus the handlers of this slice and starts its relay. */
export async function registerBars(wiring: BarsWiring): Promise<Relay> {
  const { bus, database, port, cache, forgetFetched, names, onBarsWritten, relay: options } = wiring;
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
  bus.handle(upsertBars, handleUpsertBars(collections, stored, port.findInstrument));
  bus.handle(createBar, handleCreateBar(collections, stored, port.findInstrument));
  const remove = handleDeleteBars(
    collections,
    thenWake((id) => names.forget(id)),
    forgetFetched,
  );
  bus.handle(deleteBars, remove);
  const read = answerGetBars(collections, port);
  bus.answer(getBars, read);
  const upsertMany = registerMany(bus, collections, stored, port);
  registerImports(wiring, {
    quarantine: collections.quarantine,
    upsertMany,
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
  registerUpkeep(wiring, collections, () => relay.drain());
  return relay;
}
