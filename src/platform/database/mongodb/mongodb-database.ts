import { MongoClient, type Document } from 'mongodb';
import type { Collection, StoredDocument } from '../collection.ts';
import type { Database } from '../database.ts';

const DEFAULT_DATABASE = 'pocketquant';

/** Every wait has an end: the driver's own defaults are far longer, or none. What the URL says goes before. */
const WAITS = {
  serverSelectionTimeoutMS: 10_000,
  connectTimeoutMS: 10_000,
  socketTimeoutMS: 60_000,
  waitQueueTimeoutMS: 30_000,
};

/**
 * Opens a database of a MongoDB server or cluster; the path of the URL names it, `pocketquant` where it does not.
 * @throws what the driver throws; `asStoreError` puts it into words
 */
export async function openMongoDatabase(url: string): Promise<Database> {
  const { pathname, searchParams } = new URL(url.replace(/^mongodb(\+srv)?:/, 'http:').replace(/,[^/]*/, ''));
  const client = new MongoClient(url, {
    ...Object.fromEntries(Object.entries(WAITS).filter(([name]) => !searchParams.has(name))),
    ignoreUndefined: true,
    promoteBuffers: true,
    writeConcern: { w: 'majority', journal: true },
    appName: 'pocketquant',
  });
  await client.connect();
  const path = pathname.slice(1);
  const database = client.db(path === '' ? DEFAULT_DATABASE : path);
  return {
    engine: 'mongodb',
    isReadOnly: false,
    location: `mongodb://${client.options.hosts.join(',')}/${database.databaseName}`,
    // The driver's own collection, unchanged: see collection.types.test.ts.
    collection: <T extends StoredDocument>(name: string) => database.collection<T & Document>(name) as Collection<T>,
    async ping() {
      await database.command({ ping: 1 });
    },
    async sizeOnDisk() {
      const { storageSize, indexSize } = await database.command({ dbStats: 1 });
      return Number(storageSize) + Number(indexSize);
    },
    close: () => client.close(),
  };
}
