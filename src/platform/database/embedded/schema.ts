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
];

/**
 * Makes a new file ours, or brings an old one up to this version.
 * @throws StoreError `DATABASE_TOO_NEW`, or `DATABASE_DAMAGED` if the file is another program's
 */
export function migrate(connection: DatabaseSync, path: string): void {
  if (readPragma(connection, 'user_version') === MIGRATIONS.length) return requireOurs(connection, path);
  if (isNew(connection)) {
    // Both are fixed by the first table that is made.
    connection.exec('PRAGMA page_size = 2048');
    connection.exec('PRAGMA journal_mode = WAL');
  } else requireOurs(connection, path);
  connection.exec('BEGIN IMMEDIATE');
  try {
    const version = readPragma(connection, 'user_version'); // another process may have been faster
    if (version > MIGRATIONS.length)
      throw new StoreError(
        'DATABASE_TOO_NEW',
        `${path} was written by a newer PocketQuant (file version ${version}, this one reads ${MIGRATIONS.length}); update PocketQuant`,
      );
    for (const step of MIGRATIONS.slice(version)) step(connection);
    connection.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
    connection.exec('COMMIT');
  } catch (error) {
    connection.exec('ROLLBACK');
    throw error;
  }
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
