import type { Socket } from 'node:net';
import {
  MongoClient,
  MongoServerError,
  ReadConcern,
  WriteConcern,
  type Document,
  type MongoClientOptions,
  type ServerDescription,
} from 'mongodb';
import { InvalidRequestError, StoreError } from '../../errors/index.ts';
import type { Collection, StoredDocument } from '../collection.ts';
import type { Database, ShardKey } from '../database.ts';
import { within } from '../../waiting/index.ts';
import { asStoreError } from '../store-error.ts';

const DEFAULT_DATABASE = 'pocketquant';

/**
 * Every wait has an end: the driver's own defaults are far longer, or none. A server is waited for longer than an
 * election takes. What the URL says comes first.
 */
const WAITS = {
  serverSelectionTimeoutMS: 30_000,
  connectTimeoutMS: 10_000,
  socketTimeoutMS: 60_000,
  waitQueueTimeoutMS: 30_000,
};
const CONFIRMED_WITHIN_MS = 30_000;
/** Where no server was ever reached, nobody waits for an election: this long where all refuse, or are silent. */
const REFUSED_FOR_MS = 3_000;
const SILENT_FOR_MS = 10_000;
/** For questions of whoever watches over the database. */
const LOOK_MS = 3_000;

/**
 * Opens a database of a MongoDB server or cluster; the path of the URL names it, `pocketquant` where it does not.
 * @throws InvalidRequestError `INVALID_CONFIG` for a URL that cannot be read, or that reads from other servers than
 *   the primary; StoreError `DATABASE_UNAVAILABLE`
 */
export async function openMongoDatabase(url: string): Promise<Database> {
  const client = clientOf(url);
  await connect(client);
  const name = namesDatabase(url) ? client.options.dbName : DEFAULT_DATABASE;
  // Said here and not to the client, where the URL would go before: a write that is acknowledged survives a failover,
  // and only such writes are read.
  const database = client.db(name, {
    readConcern: new ReadConcern('majority'),
    writeConcern: new WriteConcern('majority', client.options.writeConcern?.wtimeoutMS ?? CONFIRMED_WITHIN_MS, true),
  });
  const hosts = client.options.hosts.map((host) =>
    host.socketPath === undefined ? host.toString() : encodeURIComponent(host.socketPath),
  );

  async function look(command: Document): Promise<Document> {
    try {
      const tooLate = () => silent(LOOK_MS);
      return await within({ limitMs: LOOK_MS, tooLate }, (signal) => database.command(command, { signal }));
    } catch (error) {
      throw asStoreError(error) ?? error;
    }
  }

  return {
    engine: 'mongodb',
    name,
    isReadOnly: false,
    location: `mongodb://${hosts.join(',')}/${name}`,
    // The driver's own collection, unchanged: see collection.types.test.ts.
    collection: <T extends StoredDocument>(name: string) => database.collection<T & Document>(name) as Collection<T>,
    async ping() {
      await look({ ping: 1 });
    },
    async sizeOnDisk() {
      const { storageSize, indexSize } = await look({ dbStats: 1 });
      return Number(storageSize) + Number(indexSize);
    },
    shardKeys: () => readShardKeys(client, name),
    close: () => client.close(),
  };
}

interface ShardedCollection {
  readonly _id: string;
  readonly key: ShardKey;
  /** Set where it is known to the cluster, but not sharded. */
  readonly unsplittable?: boolean;
}

/** Whoever may not read the configuration of the cluster is not told. */
async function readShardKeys(client: MongoClient, name: string): Promise<ReadonlyMap<string, ShardKey> | undefined> {
  const config = client.db('config');
  const collections = config.collection<ShardedCollection>('collections');
  const ofDatabase = { $gt: `${name}.`, $lt: `${name}/` }; // '/' follows '.'
  try {
    // Who has no shards is no cluster, whatever it says of itself.
    if ((await config.collection('shards').findOne({}, { maxTimeMS: LOOK_MS })) === null) return undefined;
    const found = await collections.find({ _id: ofDatabase }, { maxTimeMS: LOOK_MS }).toArray();
    const sharded = found.filter(({ unsplittable }) => unsplittable !== true);
    return new Map(sharded.map(({ _id, key }) => [_id.slice(name.length + 1), key]));
  } catch (error) {
    if (error instanceof MongoServerError) return undefined;
    throw asStoreError(error) ?? error;
  }
}

function clientOf(url: string): MongoClient {
  const client = readUrl(url, {
    ...waitsUnlessNamed(url),
    ignoreUndefined: true,
    promoteBuffers: true,
    appName: 'pocketquant',
  });
  client.on('serverHeartbeatStarted', ({ connectionId: address }) => dropEndedMonitor(client, address));
  const { mode } = client.options.readPreference;
  if (mode === 'primary') return client;
  throw new InvalidRequestError(
    'INVALID_CONFIG',
    `DATABASE_URL asks for readPreference=${mode}, but writes are decided on what is read, so it is read from the ` +
      'primary: leave it out. MONGODB_READ_URI, which is to come, will name servers for reads alone',
  );
}

function readUrl(url: string, options: MongoClientOptions): MongoClient {
  try {
    return new MongoClient(url, options);
  } catch (error) {
    // The driver's words may quote the part of the URL that holds the password, except where they are of an option.
    const detail = error instanceof Error && /\boptions?\b|must be|^Expected/i.test(error.message) ? error.message : '';
    const advice = 'give mongodb://host/name, special characters of a password as %-codes';
    throw new InvalidRequestError(
      'INVALID_CONFIG',
      `The URL of the database cannot be read${detail === '' ? '' : `: ${detail}`}; ${advice}`,
    );
  }
}

/** The driver reads the names of options in any case. */
function waitsUnlessNamed(url: string): MongoClientOptions {
  return Object.fromEntries(Object.entries(WAITS).filter(([name]) => !new RegExp(`[?&]${name}=`, 'i').test(url)));
}

/** The driver says `test` where a URL does not. */
function namesDatabase(url: string): boolean {
  return /^[^/]*\/\/[^/?]*\/[^?#]/.test(url);
}

interface DriverParts {
  readonly topology?: {
    readonly s: { readonly servers: ReadonlyMap<string, { readonly monitor?: { readonly connection?: Connection } }> };
  };
}

interface Connection {
  readonly socket: Socket;
  destroy(): void;
}

/**
 * A driver that asks after its server on a socket which the server has just ended waits for ever, and never finds the
 * server again (7.9.0, where servers answer each such question, as DocumentDB does, and all connections end at once).
 */
function dropEndedMonitor(client: MongoClient, address: string): void {
  const { topology } = client as unknown as DriverParts;
  const connection = topology?.s.servers.get(address)?.monitor?.connection;
  if (connection?.socket.readableEnded === true) connection.destroy();
}

async function connect(client: MongoClient): Promise<void> {
  let servers: readonly ServerDescription[] = [];
  client.on('topologyDescriptionChanged', ({ newDescription }) => {
    servers = [...newDescription.servers.values()];
  });
  const { promise: hopeless, reject } = Promise.withResolvers<never>();
  const giveUpIf = (isHopeless: boolean): void => {
    const failure = servers.find(({ error }) => error !== null)?.error;
    if (isHopeless) reject(failure ?? silent(SILENT_FOR_MS));
  };
  const timers = [
    setTimeout(() => giveUpIf(servers.length > 0 && servers.every(({ error }) => error !== null)), REFUSED_FOR_MS),
    setTimeout(() => giveUpIf(servers.every(({ type }) => type === 'Unknown')), SILENT_FOR_MS),
  ];
  try {
    await Promise.race([client.connect(), hopeless]);
  } catch (error) {
    await client.close();
    throw error;
  } finally {
    timers.forEach((timer) => clearTimeout(timer));
  }
}

function silent(forMs: number): StoreError {
  return new StoreError(
    'DATABASE_UNAVAILABLE',
    `The database has not answered for ${forMs / 1_000} s; check that it runs and that DATABASE_URL is right`,
    { retryAfterSeconds: 5 },
  );
}
