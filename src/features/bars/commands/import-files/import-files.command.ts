import Type from 'typebox';
import { nameTemplate } from '../../../../barfiles/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { atATime, readingByName, withFilesOf } from '../../files-of.ts';
import { importBars, type ImportOutcome } from '../import-bars/import-bars.command.ts';

/** What became of one file: either of the two. */
export interface ImportedFile {
  /** Its name, of a file of a zip the one within. */
  readonly file: string;
  readonly outcome?: ImportOutcome;
  /** Why nothing of it was stored. */
  readonly error?: InvalidRequestError;
}

export interface ImportedFiles {
  readonly files: readonly ImportedFile[];
  /** Whether it was stopped before the end; run it again to go on. */
  readonly stopped: boolean;
}

export interface ImportFilesProgress {
  readonly rows: number;
  readonly files: number;
  readonly filesTotal: number;
}

/**
 * Stores the bars of all data files of a zip, or of one file, whose names say by a template what they hold. Each has its own
 * account; one that is refused does not stop the others.
 * @throws InvalidRequestError `NAME_TEMPLATE_INVALID`; `FILE_UNREADABLE`, `FILE_DAMAGED`, `UNKNOWN_FORMAT` of the zip itself
 */
export const importFiles = defineCommand<ImportedFiles, ImportFilesProgress>()(
  'bars.import-files',
  Type.Object({
    ...importBars.schema.properties,
    /** Such as `{exchange}_{symbol}-{interval}`; `*` is anything. */
    name: Type.String(),
    /** What bytes without a path are called. */
    fileName: Type.Optional(Type.String()),
  }),
);

export function handleImportFiles(importOne: HandlerOf<typeof importBars>): HandlerOf<typeof importFiles> {
  return async ({ source, name, fileName, ...options }, { onProgress, ...context }) => {
    nameTemplate(name);
    return withFilesOf(source, fileName, async (found) => {
      let rows = 0;
      let done = 0;
      const files = await atATime(found, context.signal, async ({ file, names, ...one }) => {
        const imported = await accountOf(file, () =>
          importOne({ ...readingByName(names, name, options), ...one }, { ...context, onProgress: () => undefined }),
        );
        rows += imported.outcome?.rows ?? 0;
        onProgress({ rows, files: ++done, filesTotal: found.length });
        return imported;
      });
      return { files, stopped: context.signal.aborted };
    });
  };
}

async function accountOf(file: string, work: () => Promise<ImportOutcome>): Promise<ImportedFile> {
  try {
    return { file, outcome: await work() };
  } catch (error) {
    if (error instanceof InvalidRequestError) return { file, error };
    throw error; // of the database, which the others need too
  }
}
