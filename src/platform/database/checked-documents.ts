import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { StoredDocument } from './collection.ts';
import type { Database } from './database.ts';
import { inIdOrder } from './in-id-order.ts';

export interface CheckedDocument {
  readonly document: StoredDocument;
  /** What in it is not as its schema has it; `undefined` if all is. */
  readonly invalid: string | undefined;
}

/** Every document of a collection in order of `_id`, but those that are damaged, which the database's own check tells of. */
export async function* checkedDocuments(
  database: Database,
  name: string,
  schema: TSchema,
): AsyncGenerator<CheckedDocument> {
  const validator = Compile(schema);
  for await (const document of inIdOrder(database.collection(name), { skipsDamaged: true })) {
    if (validator.Check(document)) yield { document, invalid: undefined };
    else {
      const [{ instancePath, message }] = validator.Errors(document);
      const where = instancePath === '' ? 'it' : instancePath.slice(1).replaceAll('/', '.');
      yield { document, invalid: `${where} ${message}` };
    }
  }
}
