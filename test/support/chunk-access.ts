import type { BulkWriteOperation, Collection, Database, StoredDocument } from '../../src/platform/database/index.ts';

/** What was asked of one of the collections that are sharded. */
export interface Access {
  readonly collection: string;
  readonly kind: 'read' | 'write';
  readonly filter: Readonly<Record<string, unknown>>;
}

const READS = new Set(['find', 'findOne', 'countDocuments']);
const WRITES = new Set(['updateOne', 'updateMany', 'findOneAndUpdate', 'deleteOne', 'deleteMany']);

/** The same database, with a list of all that is asked of `chunks` and `chunk_history`. */
export function notingAccess(database: Database): {
  readonly database: Database;
  readonly accesses: readonly Access[];
} {
  const accesses: Access[] = [];

  function noting<T extends StoredDocument>(collection: Collection<T>, name: string): Collection<T> {
    const note = (kind: Access['kind'], filter: unknown): void =>
      void accesses.push({ collection: name, kind, filter: filter as Access['filter'] });
    return new Proxy(collection, {
      get(target, method) {
        const value: unknown = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        return (...parameters: readonly unknown[]): unknown => {
          const [first] = parameters;
          if (READS.has(String(method))) note('read', first ?? {});
          else if (WRITES.has(String(method))) note('write', first);
          else if (method === 'insertOne') note('write', first);
          else if (method === 'insertMany') for (const document of first as readonly T[]) note('write', document);
          else if (method === 'bulkWrite')
            for (const operation of first as readonly BulkWriteOperation<T>[]) note('write', filterOf(operation));
          else if (method !== 'createIndexes') throw new Error(`${String(method)} is not looked at here`);
          return Reflect.apply(value, target, parameters) as unknown;
        };
      },
    });
  }

  const ofChunks = (name: string): boolean => name === 'chunks' || name === 'chunk_history';
  return {
    accesses,
    database: {
      ...database,
      collection<T extends StoredDocument>(name: string): Collection<T> {
        const collection = database.collection<T>(name);
        return ofChunks(name) ? noting(collection, name) : collection;
      },
    },
  };
}

function filterOf<T>(operation: BulkWriteOperation<T>): unknown {
  const [[kind, content]] = Object.entries(operation) as [[string, { filter?: object; document?: object }]];
  return kind === 'insertOne' ? content.document : content.filter;
}
