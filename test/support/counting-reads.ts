import type { Collection, StoredDocument } from '../../src/platform/database/index.ts';

/** The same collections, with a count of how often they were read from. */
export function countingReads<Collections extends object>(
  collections: Collections,
): { readonly collections: Collections; reads(): number } {
  let reads = 0;
  const counting = <T extends StoredDocument>(collection: Collection<T>): Collection<T> =>
    new Proxy(collection, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name === 'find' || name === 'findOne') reads++;
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  const counted = Object.entries(collections).map(([name, collection]) => [
    name,
    counting(collection as Collection<StoredDocument>),
  ]);
  return { collections: Object.fromEntries(counted) as Collections, reads: () => reads };
}
