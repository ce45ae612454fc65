import type { Bus, HandlerOf } from '../../platform/bus/index.ts';
import type { BarsCollections } from './collections.ts';
import { handleUpsertManyBars, upsertManyBars } from './commands/upsert-many-bars/upsert-many-bars.command.ts';
import { answerExportManyBars, exportManyBars } from './queries/export-many-bars/export-many-bars.query.ts';
import { answerGetManyBars, getManyBars, type GetManyBarsPort } from './queries/get-many-bars/get-many-bars.query.ts';

/** Gives the bus what reads and stores bars of many series at once. @returns what stores them */
export function registerMany(
  bus: Bus,
  collections: BarsCollections,
  stored: Parameters<typeof handleUpsertManyBars>[1],
  port: GetManyBarsPort,
): HandlerOf<typeof upsertManyBars> {
  const upsertMany = handleUpsertManyBars(collections, stored, port);
  bus.handle(upsertManyBars, upsertMany);
  bus.answer(getManyBars, answerGetManyBars(collections, port));
  bus.answer(exportManyBars, answerExportManyBars(collections, port));
  return upsertMany;
}
