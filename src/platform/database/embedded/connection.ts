import { DatabaseSync } from 'node:sqlite';

/** How long a write waits for another process's write. */
const BUSY_TIMEOUT_MS = 15_000;

/** Opens the file for the writer, or for reading only; `PRAGMA`s last as long as the connection. */
export function openConnection(path: string, use: 'write' | 'read'): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec(use === 'read' ? 'PRAGMA query_only = ON' : 'PRAGMA wal_autocheckpoint = 4000');
  return connection;
}
