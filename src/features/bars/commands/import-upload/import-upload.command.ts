import Type from 'typebox';
import { defineCommand, type HandlerOf, type InputOf } from '../../../../platform/bus/index.ts';
import type { JobScheduler } from '../../../../platform/scheduler/index.ts';
import { importBars } from '../import-bars/import-bars.command.ts';
import { IMPORT_JOB, type ImportJob, type ImportJobProgress } from './import-job.ts';

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

/** Imports an uploaded file as a job, which begins at once in this process and removes the file in the end. */
export const orderImport = defineCommand<ImportJob>()('bars.order-import', ImportUpload);

export function handleOrderImport(scheduler: JobScheduler): HandlerOf<typeof orderImport> {
  return async (input) => {
    const progress: ImportJobProgress = { rows: 0 };
    return (await scheduler.startHere({ kind: IMPORT_JOB, input, progress, key: `import ${input.path}` })) as ImportJob;
  };
}
