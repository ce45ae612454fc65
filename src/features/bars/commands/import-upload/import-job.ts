import { access } from 'node:fs/promises';
import { removeSpooled } from '../../../../barfiles/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { JobCancelledError, JobLostError, type JobHandler } from '../../../../platform/scheduler/index.ts';
import { importBars, type ImportProgress } from '../import-bars/import-bars.command.ts';
import { importedFilesJson, importedJson, inParameters } from '../import-bars/import-json.ts';
import { importFiles, type ImportFilesProgress } from '../import-files/import-files.command.ts';
import type { ImportJobProgress, ImportUpload } from './import-upload.command.ts';

const REPORT_EVERY_MS = 1_000;

/** Imports what was uploaded. The bytes stay until it has ended, so that it is taken up again where they still are. */
export function workOnImport(bus: Bus, load: UploadLoad): JobHandler<ImportUpload, ImportJobProgress> {
  return async (task, { signal, pausing, report }) => {
    await requireUpload(task.path);
    let progress: ImportJobProgress = { rows: 0 };
    const onProgress = (now: ImportProgress | ImportFilesProgress): void =>
      void (progress = { ...now } as ImportJobProgress);
    const reporting = setInterval(() => void report(progress).catch(() => undefined), REPORT_EVERY_MS); // the signal tells of a loss
    const stop = AbortSignal.any([signal, pausing]);
    load.jobs++;
    try {
      const { isWhole, outcome } = await importUpload(bus, task, { signal: stop, onProgress });
      if (stop.aborted) throw new JobLostError('Stopped between two batches');
      await removeSpooled(task.path);
      return { state: isWhole ? 'completed' : 'incomplete', progress: { ...progress, outcome } };
    } catch (error) {
      const isRefused = error instanceof InvalidRequestError && !stop.aborted;
      if (isRefused || signal.reason instanceof JobCancelledError) await removeSpooled(task.path);
      throw isRefused ? inQueryTerms(error) : error;
    } finally {
      load.jobs--;
      clearInterval(reporting);
    }
  };
}

/** How many jobs of this process import. */
export interface UploadLoad {
  jobs: number;
}

/** Stores what was uploaded, one file or all of a zip, and tells the outcome as doors do. */
export async function importUpload(
  bus: Bus,
  { path, name, fileName, ...options }: ImportUpload,
  origin: {
    readonly signal: AbortSignal;
    readonly correlationId?: string;
    readonly onProgress?: (progress: ImportProgress | ImportFilesProgress) => void;
  },
) {
  const message = { ...options, source: path };
  if (name === undefined) {
    const outcome = await bus.execute(importBars(message), origin);
    return { isWhole: outcome.rejected === 0 && !outcome.stopped, outcome: importedJson(outcome) };
  }
  const imported = await bus.execute(importFiles({ ...message, name, fileName }), origin);
  const isWhole = !imported.stopped && imported.files.every(({ outcome }) => outcome?.rejected === 0);
  return { isWhole, outcome: importedFilesJson(imported) };
}

/** The same refusal for whoever gives options as parameters. */
export function inQueryTerms({ code, message, errors, cause }: InvalidRequestError): InvalidRequestError {
  return new InvalidRequestError(code, inParameters(message), { cause, ...(errors === undefined ? {} : { errors }) });
}

async function requireUpload(path: string): Promise<void> {
  try {
    await access(path);
  } catch (error) {
    throw new InvalidRequestError(
      'UPLOAD_GONE',
      'The uploaded file is no longer there; upload it again: what was stored of it stays unchanged',
      { cause: error },
    );
  }
}
