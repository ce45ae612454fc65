import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';

/** How long a write waits for another process's write. */
const BUSY_TIMEOUT_MS = 15_000;

/** Where writes never pause, the log is folded into the file at this many pages (32 MB), within a commit. */
const LOG_PAGES = 16_000;

/** The part of the file that is read as memory, without a call to the system for each page. */
const MAPPED_BYTES = 2 ** 30;

/** Opens the file for the writer, or for reading only; `PRAGMA`s last as long as the connection. */
export function openConnection(path: string, use: 'write' | 'read'): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  // Reading anything opens the log too, which SQLite would take away where nobody has it open.
  if (use === 'read')
    connection.exec(`PRAGMA query_only = ON; PRAGMA mmap_size = ${MAPPED_BYTES}; PRAGMA user_version`);
  else connection.exec(`PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = ${LOG_PAGES}`);
  return connection;
}

/** Opens a file that nobody can write, and that has no log: nothing is made beside it. */
export function openImmutable(path: string): DatabaseSync {
  const url = pathToFileURL(path);
  url.searchParams.set('immutable', '1');
  const connection = new DatabaseSync(url, { readOnly: true });
  connection.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`);
  return connection;
}
