import { fileURLToPath } from 'node:url';
import { InvalidRequestError, StoreError, type PocketQuantError } from '../errors/index.ts';
import type { Database } from './database.ts';
import { openEmbeddedDatabase } from './embedded/embedded-database.ts';
import { asStoreError } from './store-error.ts';

/**
 * Opens the database that a URL names: `file:./path.db` for the embedded one, `mongodb://…` for a server.
 * @throws InvalidRequestError `INVALID_CONFIG` for any other URL
 * @throws StoreError if the database cannot be opened
 */
export async function openDatabase(url: string): Promise<Database> {
  if (url.startsWith('file:')) return openEmbeddedDatabase(pathOf(url));
  if (!/^mongodb(\+srv)?:\/\//.test(url))
    throw new InvalidRequestError(
      'INVALID_CONFIG',
      `Not a database: "${withoutSecrets(url)}"; give file:./path.db or mongodb://host/name`,
    );
  try {
    const { openMongoDatabase } = await import('./mongodb/mongodb-database.ts');
    return await openMongoDatabase(url);
  } catch (error) {
    throw asStoreError(error) ?? unreachable(error) ?? error;
  }
}

/** A mistyped URL may hold a password; its scheme does not, nor does what cannot name a user. */
function withoutSecrets(url: string): string {
  const scheme = /^[a-z][a-z\d+.-]*:/i.exec(url)?.[0];
  return scheme === undefined && !url.includes('@') ? url : `${scheme ?? ''}…`;
}

/** A host whose name nobody knows. */
function unreachable(error: unknown): PocketQuantError | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const words = `The database does not answer: ${error.message}; check that DATABASE_URL is right`;
  return new StoreError('DATABASE_UNAVAILABLE', words, { cause: error });
}

/** `file:./data/pq.db` is relative to the working directory, `file:///data/pq.db` and `file:/data/pq.db` are not. */
function pathOf(url: string): string {
  const path = url.slice('file:'.length);
  return path.startsWith('//') ? fileURLToPath(url) : decodeURIComponent(path);
}
