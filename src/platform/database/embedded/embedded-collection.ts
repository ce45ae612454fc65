import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  BulkWriteOperation,
  Collection,
  Filter,
  FindCursor,
  FindOptions,
  Sort,
  StoredDocument,
  UpdateResult,
} from '../collection.ts';
import { requireKnownFilter, type PlainDocument } from './operators.ts';
import type { TableReader } from './reader.ts';
import type { WriteOperation, WriteResult } from './write-operations.ts';
import type { Writer } from './writer.ts';

/** What a collection stands on. */
export interface EmbeddedStore {
  readonly reader: TableReader;
  readonly writer: Writer;
  /** Runs a read with SQLite's errors put into words; after `close` it throws. */
  read<T>(work: () => T): T;
}

/** A collection of the embedded database. */
export function embeddedCollection<T extends StoredDocument>(store: EmbeddedStore, name: string): Collection<T> {
  const { reader, writer, read } = store;

  async function write(operation: WriteOperation): Promise<WriteResult> {
    const [result] = await writer.write(name, [operation]);
    return result;
  }

  const find = (filter: Filter<T>, options: FindOptions = {}): FindCursor<T> =>
    cursorOver(read, (more) => reader.batches(name, servedFilter(filter), { ...options, ...more }) as Generator<T[]>);

  return {
    find,
    async findOne(filter, options) {
      const documents = reader.batches(name, servedFilter(filter), { ...options, limit: 1 }) as Generator<
        T[],
        undefined
      >;
      return read(() => documents.next()).value?.[0] ?? null;
    },
    async insertOne(document) {
      await write({ kind: 'insert', document: plain(document) });
      return { acknowledged: true };
    },
    async insertMany(documents, options) {
      const results = await writer.write(
        name,
        documents.map((document) => ({ kind: 'insert', document: plain(document) })),
        options?.ordered === false ? 'unordered' : 'ordered',
      );
      return { insertedCount: results.length };
    },
    updateOne: async (filter, update, options) =>
      updateResult(await write(updateOperation(filter, update, options?.upsert === true, false))),
    updateMany: async (filter, update, options) =>
      updateResult(await write(updateOperation(filter, update, options?.upsert === true, true))),
    async findOneAndUpdate(filter, update, options = {}) {
      const { upsert = false, returnDocument = 'before', sort } = options;
      const operation = { ...updateOperation(filter, update, upsert, false), answer: returnDocument };
      const { document } = await write(sort === undefined ? operation : { ...operation, sort });
      return (document as T | null | undefined) ?? null;
    },
    async deleteOne(filter) {
      const { deleted } = await write({ kind: 'delete', filter: servedFilter(filter), many: false });
      return { deletedCount: deleted };
    },
    async deleteMany(filter) {
      const { deleted } = await write({ kind: 'delete', filter: servedFilter(filter), many: true });
      return { deletedCount: deleted };
    },
    async bulkWrite(operations) {
      const results = await writer.write(name, operations.map(writeOperationOf));
      const total = (count: (result: WriteResult) => number): number =>
        results.reduce((sum, result) => sum + count(result), 0);
      return {
        insertedCount: total(({ inserted }) => inserted),
        matchedCount: total(({ matched }) => matched),
        modifiedCount: total(({ modified }) => modified),
        upsertedCount: total(({ upserted }) => upserted),
        deletedCount: total(({ deleted }) => deleted),
      };
    },
    async countDocuments(filter = {}) {
      let count = 0;
      for (const batch of read(() => reader.batches(name, servedFilter(filter), { projection: { _id: 1 } })))
        count += batch.length;
      return count;
    },
    async createIndexes(indexes) {
      const names = read(() => reader.namesIfThere(name, indexes));
      if (names !== undefined) return names;
      const results = await writer.write(
        name,
        indexes.map((index) => ({ kind: 'index', index })),
      );
      reader.forget();
      return results.map(({ indexName }) => indexName ?? '');
    },
  };
}

/** A copy without prototypes or markers of the driver's types. */
function plain(value: object): PlainDocument {
  return { ...value };
}

/** Checked before it travels, where a condition without a value would vanish and the filter match everything. */
function servedFilter(filter: object): PlainDocument {
  const checked = plain(filter);
  requireKnownFilter(checked);
  return checked;
}

function updateOperation(filter: object, update: object, upsert: boolean, many: boolean) {
  return { kind: 'update', filter: servedFilter(filter), update: plain(update), upsert, many } as const;
}

function writeOperationOf<T>(operation: BulkWriteOperation<T>): WriteOperation {
  if ('insertOne' in operation) return { kind: 'insert', document: plain(operation.insertOne.document as object) };
  if ('updateOne' in operation) {
    const { filter, update, upsert } = operation.updateOne;
    return updateOperation(filter, update, upsert === true, false);
  }
  if ('updateMany' in operation) {
    const { filter, update, upsert } = operation.updateMany;
    return updateOperation(filter, update, upsert === true, true);
  }
  if ('deleteOne' in operation)
    return { kind: 'delete', filter: servedFilter(operation.deleteOne.filter), many: false };
  return { kind: 'delete', filter: servedFilter(operation.deleteMany.filter), many: true };
}

function updateResult({ matched, modified, upserted }: WriteResult): UpdateResult {
  return { matchedCount: matched, modifiedCount: modified, upsertedCount: upserted };
}

type OpenBatches<T> = (more: Pick<FindOptions, 'sort' | 'skip' | 'limit'>) => Generator<T[]>;

/** Nothing is read before the first document is asked for; others get their turn between batches. */
function cursorOver<T>(
  read: <R>(work: () => R) => R,
  open: OpenBatches<T>,
  more: { sort?: Sort; skip?: number; limit?: number } = {},
): FindCursor<T> {
  let isClosed = false;

  async function* batches(): AsyncGenerator<T[]> {
    const opened = open(more);
    let next = read(() => opened.next());
    while (next.done !== true && !isClosed) {
      yield next.value;
      next = read(() => opened.next());
      if (next.done !== true) await nextTurn();
    }
  }

  return {
    sort: (sort) => cursorOver(read, open, { ...more, sort }),
    skip: (skip) => cursorOver(read, open, { ...more, skip }),
    limit: (limit) => cursorOver(read, open, { ...more, limit }),
    async toArray() {
      const documents: T[] = [];
      for await (const batch of batches()) for (const document of batch) documents.push(document);
      return documents;
    },
    close() {
      isClosed = true;
      return Promise.resolve();
    },
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) yield* batch;
    },
  };
}
