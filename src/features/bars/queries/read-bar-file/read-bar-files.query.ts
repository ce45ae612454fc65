import Type from 'typebox';
import { nameTemplate } from '../../../../barfiles/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { atATime, readingByName, withFilesOf } from '../../files-of.ts';
import { readBarFile, type BarFilePreview } from './read-bar-file.query.ts';

/** What an import would make of each file: either of the two. */
export interface PreviewedFile {
  readonly file: string;
  readonly preview?: BarFilePreview;
  readonly error?: InvalidRequestError;
}

/**
 * Says how all data files of a zip, or one file, would be read by a template of their names. Nothing is stored.
 * @throws InvalidRequestError as an import of several files does
 */
export const readBarFiles = defineQuery<readonly PreviewedFile[]>()(
  'bars.read-bar-files',
  Type.Object({ ...readBarFile.schema.properties, name: Type.String(), fileName: Type.Optional(Type.String()) }),
);

export function answerReadBarFiles(readOne: HandlerOf<typeof readBarFile>): HandlerOf<typeof readBarFiles> {
  return async ({ source, name, fileName, ...options }, context) => {
    nameTemplate(name);
    return withFilesOf(source, fileName, (found) =>
      atATime(found, context.signal, async ({ file, names, ...one }) => {
        try {
          return { file, preview: await readOne({ ...readingByName(names, name, options), ...one }, context) };
        } catch (error) {
          if (error instanceof InvalidRequestError) return { file, error };
          throw error;
        }
      }),
    );
  };
}
