import Type from 'typebox';
import { defineCommand, type HandlerOf, type InputOf } from '../../../../platform/bus/index.ts';
import type { Job, JobScheduler } from '../../../../platform/scheduler/index.ts';
import { importBars } from '../import-bars/import-bars.command.ts';
import type { importedFilesJson, importedJson } from '../import-bars/import-json.ts';

const { source: _, ...options } = importBars.schema.properties;

export const ImportUpload = Type.Object({
  ...options,
  /** Where the bytes are, on the machine of this process. */
  path: Type.String(),
  /** Of all files of a zip, or of `fileName`. */
  name: Type.Optional(Type.String()),
  fileName: Type.Optional(Type.String()),
});
/** A file that a client has sent, with how it is to be imported. */
export type ImportUpload = InputOf<typeof ImportUpload>;

export const IMPORT_JOB = 'import';

/** How far an import is; `outcome` once it has ended, as `POST /imports` answers. */
export interface ImportJobProgress {
  readonly rows: number;
  readonly bytesRead?: number;
  readonly bytesTotal?: number;
  readonly files?: number;
  readonly filesTotal?: number;
  readonly outcome?: ReturnType<typeof importedJson> | ReturnType<typeof importedFilesJson>;
}

export type ImportJob = Job<ImportUpload, ImportJobProgress>;

/** Imports an uploaded file as a job, which begins at once in this process and removes the file in the end. */
export const orderImport = defineCommand<ImportJob>()('bars.order-import', ImportUpload);

export function handleOrderImport(scheduler: JobScheduler): HandlerOf<typeof orderImport> {
  return async (input) => {
    const progress: ImportJobProgress = { rows: 0 };
    return (await scheduler.startHere({ kind: IMPORT_JOB, input, progress, key: `import ${input.path}` })) as ImportJob;
  };
}
