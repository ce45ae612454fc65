import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { StoredDocument } from '../../platform/database/index.ts';

/** What in a document is not as its schema has it; `undefined` if all is. */
export type FindInvalid = (document: StoredDocument) => string | undefined;

export function findInvalidBy(schema: TSchema): FindInvalid {
  const validator = Compile(schema);
  return (document) => {
    if (validator.Check(document)) return undefined;
    const [{ instancePath, message }] = validator.Errors(document);
    return `${instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.')} ${message}`;
  };
}
