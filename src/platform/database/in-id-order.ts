import type { Collection, Filter, FindOptions, StoredDocument } from './collection.ts';
import { DamagedDocumentError, outOfOrder } from './damaged-document.ts';
import { newPatience } from './failover.ts';

export interface IdOrder extends Pick<FindOptions, 'projection' | 'batchSize'> {
  /** Both ends included; default: all. */
  readonly range?: { readonly first: string; readonly last: string };
  readonly direction?: 1 | -1;
  /** Whether documents that are damaged are passed over; else they end it. */
  readonly skipsDamaged?: boolean;
}

/**
 * Documents in order of their ids. A cursor dies with the server that holds it: after a failover the rest is read from
 * behind the last document, so that none is missed and none comes twice.
 */
export async function* inIdOrder<T extends StoredDocument>(
  collection: Pick<Collection<T>, 'find'>,
  { range, direction = 1, skipsDamaged = false, ...options }: IdOrder,
): AsyncGenerator<T> {
  let passed: T['_id'] | undefined;
  let failedAt: T['_id'] | undefined;
  let isWorthAnotherTry = newPatience();
  const damaged = new Set<unknown>();
  for (;;) {
    try {
      const rest = collection.find(restOf<T>(range, direction, passed), { ...options, sort: { _id: direction } });
      for await (const document of rest) {
        passed = document._id;
        yield document;
      }
      return;
    } catch (error) {
      if (skipsDamaged && error instanceof DamagedDocumentError) {
        if (damaged.has(error.id)) throw outOfOrder(error.collection);
        damaged.add(error.id);
        passed = error.id as T['_id'];
        continue;
      }
      if (passed !== failedAt) isWorthAnotherTry = newPatience();
      failedAt = passed;
      if (!(await isWorthAnotherTry(error))) throw error;
    }
  }
}

function restOf<T extends StoredDocument>(
  range: IdOrder['range'],
  direction: 1 | -1,
  passed: T['_id'] | undefined,
): Filter<T> {
  const from = direction === 1 && passed !== undefined ? { $gt: passed } : range && { $gte: range.first };
  const to = direction === -1 && passed !== undefined ? { $lt: passed } : range && { $lte: range.last };
  return (from === undefined && to === undefined ? {} : { _id: { ...from, ...to } }) as Filter<T>;
}
