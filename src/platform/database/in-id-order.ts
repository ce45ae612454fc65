import type { Collection, Filter, FindOptions, StoredDocument } from './collection.ts';
import { newPatience } from './failover.ts';

/** Both ends included. */
export interface IdRange {
  readonly first: string;
  readonly last: string;
}

/**
 * Documents of a range of ids, in their order. A cursor dies with the server that holds it: after a failover the rest
 * is read from behind the last document, so that none is missed and none comes twice.
 */
export async function* inIdOrder<T extends StoredDocument>(
  collection: Pick<Collection<T>, 'find'>,
  range: IdRange,
  direction: 1 | -1,
  options: Pick<FindOptions, 'projection' | 'batchSize'>,
): AsyncGenerator<T> {
  let passed: T['_id'] | undefined;
  let failedAt: T['_id'] | undefined;
  let isWorthAnotherTry = newPatience();
  for (;;) {
    try {
      const rest = collection.find(restOf<T>(range, direction, passed), { ...options, sort: { _id: direction } });
      for await (const document of rest) {
        passed = document._id;
        yield document;
      }
      return;
    } catch (error) {
      if (passed !== failedAt) isWorthAnotherTry = newPatience();
      failedAt = passed;
      if (!(await isWorthAnotherTry(error))) throw error;
    }
  }
}

function restOf<T extends StoredDocument>(
  { first, last }: IdRange,
  direction: 1 | -1,
  passed: T['_id'] | undefined,
): Filter<T> {
  const from = direction === 1 && passed !== undefined ? { $gt: passed } : { $gte: first };
  const to = direction === -1 && passed !== undefined ? { $lt: passed } : { $lte: last };
  return { _id: { ...from, ...to } } as Filter<T>;
}
