import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../errors/index.ts';

/** Marks a file as ours: "PQDB". */
const APPLICATION_ID = 0x50514442;

/**
 * Steps from one version of the file to the next. Collections and their indexes are made by those who use them; a
 * step is needed only where a table that exists must change. Step n makes version n + 1.
 */
const MIGRATIONS: readonly ((connection: DatabaseSync) => void)[] = [
  (connection) => connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`),
  () => undefined, // rows that are written from here on end with a checksum, which earlier releases cannot read
];

/** `user_version` holds the version in its lower half, and above it whether the log may hold what the file does not. */
const VERSION_BITS = 0xffff;
const LOG_IN_USE = 0x10000;

/**
 * Makes a new file ours, or brings an old one up to this version.
 * @throws StoreError `DATABASE_TOO_NEW`, or `DATABASE_DAMAGED` if the file is another program's
 */
export function migrate(connection: DatabaseSync, path: string): void {
  if (versionOf(connection) === MIGRATIONS.length) return requireOurs(connection, path);
  if (isNew(connection)) {
    // Both are fixed by the first table that is made.
    connection.exec('PRAGMA page_size = 2048');
    connection.exec('PRAGMA journal_mode = WAL');
  } else requireOurs(connection, path);
  connection.exec('BEGIN IMMEDIATE');
  try {
    const version = versionOf(connection); // another process may have been faster
    requireKnown(version, path);
    for (const step of MIGRATIONS.slice(version)) step(connection);
    writeVersion(connection, isLogInUse(connection));
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
}

/** Refuses what cannot be read as it is. @throws StoreError as {@link migrate} */
export function requireReadable(connection: DatabaseSync, path: string): void {
  requireOurs(connection, path);
  requireKnown(versionOf(connection), path);
}

/** Whether commits may lie in the log alone, so that a file without its log lacks them. */
export function isLogInUse(connection: DatabaseSync): boolean {
  return (readPragma(connection, 'user_version') & LOG_IN_USE) !== 0;
}

/** Part of the transaction that is open, if one is. */
export function noteLog(connection: DatabaseSync, isInUse: boolean): void {
  if (isLogInUse(connection) !== isInUse) writeVersion(connection, isInUse);
}

function writeVersion(connection: DatabaseSync, isInUse: boolean): void {
  connection.exec(`PRAGMA user_version = ${MIGRATIONS.length | (isInUse ? LOG_IN_USE : 0)}`);
}

function versionOf(connection: DatabaseSync): number {
  return readPragma(connection, 'user_version') & VERSION_BITS;
}

function requireKnown(version: number, path: string): void {
  if (version <= MIGRATIONS.length) return;
  throw new StoreError(
    'DATABASE_TOO_NEW',
    `${path} was written by a newer PocketQuant (file version ${version}, this one reads ${MIGRATIONS.length}); update PocketQuant`,
  );
}

function isNew(connection: DatabaseSync): boolean {
  return connection.prepare('SELECT count(*) AS tables FROM sqlite_schema').get()?.['tables'] === 0;
}

function requireOurs(connection: DatabaseSync, path: string): void {
  if (readPragma(connection, 'application_id') === APPLICATION_ID || isNew(connection)) return;
  throw new StoreError('DATABASE_DAMAGED', `${path} is a SQLite file of another program; name another file`);
}

function readPragma(connection: DatabaseSync, name: string): number {
  return Number(connection.prepare(`PRAGMA ${name}`).get()?.[name]);
}
