import {
  DamagedDocumentError,
  type Collection,
  type Projection,
  type StoredDocument,
} from '../../platform/database/index.ts';

/** Every document in order of `_id` but those that are damaged, which the database's own check tells of. */
export async function* readAll<T extends StoredDocument>(
  collection: Collection<T>,
  projection: Projection = {},
): AsyncGenerator<T> {
  let after: string | number | undefined;
  for (;;)
    try {
      const filter = after === undefined ? {} : { _id: { $gt: after } };
      for await (const document of collection.find(filter as object, { projection, sort: { _id: 1 } })) {
        after = document._id;
        yield document;
      }
      return;
    } catch (error) {
      if (!(error instanceof DamagedDocumentError)) throw error;
      after = error.id as string | number;
    }
}
