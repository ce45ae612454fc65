import { instrumentId } from '../../market/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import { handleImportBars, importBars } from './commands/import-bars/import-bars.command.ts';
import type { ImportTools, RecordFetched } from './commands/import-bars/imported-series.ts';
import { handleImportFiles, importFiles } from './commands/import-files/import-files.command.ts';
import { workOnImport, type UploadLoad } from './commands/import-upload/import-job.ts';
import { handleOrderImport, IMPORT_JOB, orderImport } from './commands/import-upload/import-upload.command.ts';
import type { FindInstrument } from './commands/upsert-bars/find-unfinished.ts';
import { answerReadBarFile, readBarFile } from './queries/read-bar-file/read-bar-file.query.ts';
import { answerReadBarFiles, readBarFiles } from './queries/read-bar-file/read-bar-files.query.ts';

export interface ImportsWiring {
  readonly bus: Bus;
  /** Works on large files that were uploaded. */
  readonly scheduler: JobScheduler;
  readonly uploads: UploadLoad;
  /** Where an import may declare that its file is complete. */
  readonly recordFetched: RecordFetched;
}

type Tools = Pick<ImportTools, 'quarantine' | 'upsertMany' | 'remove' | 'read'> & {
  readonly findInstrument: FindInstrument;
};

/** Gives the bus and the scheduler what imports files. */
export function registerImports(
  { bus, scheduler, uploads, recordFetched }: ImportsWiring,
  { findInstrument, ...tools }: Tools,
): void {
  const hoursOf = (id: string) => findInstrument(instrumentId(id));
  const preview = answerReadBarFile(hoursOf);
  bus.answer(readBarFile, preview);
  bus.answer(readBarFiles, answerReadBarFiles(preview));
  const load = handleImportBars({ ...tools, recordFetched, hoursOf });
  bus.handle(importBars, load);
  bus.handle(importFiles, handleImportFiles(load));
  bus.handle(orderImport, handleOrderImport(scheduler));
  scheduler.handle(IMPORT_JOB, workOnImport(bus, uploads));
}
