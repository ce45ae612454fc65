import { accessSync, constants, existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../errors/index.ts';
import type { Database, MendedFile } from '../database.ts';
import { openConnection, openImmutable } from './connection.ts';
import { embeddedCollection, type EmbeddedStore } from './embedded-collection.ts';
import { TableReader } from './reader.ts';
import { faultsOfFile } from './file-faults.ts';
import { isLogLost, logState, readLogNote } from './log-note.ts';
import { isLogInUse, migrate, noteLog, requireReadable } from './schema.ts';
import { fileError } from './sqlite-errors.ts';
import { refusingWriter, writerWhenUsed } from './writer.ts';

/**
 * Opens the database in one file; the file and its folder are made where they are missing. One that cannot be written
 * is opened for reading.
 * @throws StoreError `DATABASE_UNAVAILABLE`, `DATABASE_DAMAGED`, `DATABASE_TOO_NEW`, `DATABASE_BUSY`, `DATABASE_READ_ONLY`
 */
export function openEmbeddedDatabase(file: string): Database {
  const path = resolve(file);
  const { connection, isReadOnly, warning } = inWords(path, () =>
    isFixed(path) ? openFixed(path) : prepareFile(path),
  );
  const reader = new TableReader(connection);
  const writer = isReadOnly ? refusingWriter(path) : writerWhenUsed(path);
  const identity = identityOf(path);
  let isClosed = false;

  function read<T>(work: () => T): T {
    if (isClosed) throw new StoreError('DATABASE_UNAVAILABLE', `The database ${path} is closed`);
    try {
      return work();
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** SQLite takes a log away with the last connection, but only a writer notes in the file that it needs none any more. */
  async function foldLeftLog(): Promise<void> {
    try {
      if (isLogInUse(connection)) await writer.write('ping', []);
    } catch (error) {
      if (!(fileError(error, path) instanceof StoreError)) throw error; // what was acknowledged is in the log
    }
  }

  const store: EmbeddedStore = { reader, writer, read };
  return {
    engine: 'embedded',
    location: path,
    name: 'pocketquant',
    isReadOnly,
    warning,
    collection: (name) => embeddedCollection(store, name),
    async ping() {
      read(() => connection.prepare('SELECT 1').get());
      await writer.write('ping', []);
      requireFile(path, identity);
      requireRoom(path);
    },
    faults: () => faultsOfFile(connection, path),
    async mend(setAside) {
      const [{ mended = NOTHING_MENDED }] = await writer.write('mend', [{ kind: 'mend', setAside }]);
      return mended;
    },
    dataVersion: () => read(() => reader.dataVersion()),
    sizeOnDisk: () =>
      Promise.resolve(['', '-wal', '-shm', '-note'].reduce((sum, suffix) => sum + sizeOf(path + suffix), 0)),
    async close() {
      if (isClosed) return;
      isClosed = true;
      if (!isReadOnly && !writer.isStarted) await foldLeftLog();
      connection.close(); // first, so that the writer can fold the whole log into the file
      await writer.close();
    },
  };
}

const NOTHING_MENDED: MendedFile = { filed: [], setAside: [], left: [] };

interface OpenedFile {
  readonly connection: DatabaseSync;
  readonly isReadOnly: boolean;
  readonly warning: string | undefined;
}

function prepareFile(path: string): OpenedFile {
  mkdirSync(dirname(path), { recursive: true });
  const noted = readLogNote(path);
  const creator = openConnection(path, 'write');
  try {
    migrate(creator, path);
    const isLost = isLogLost(isLogInUse(creator), noted, logState(path, creator));
    if (isLost) noteLog(creator, false);
    // Before the other closes: the last one would take the log away, which the file says is there.
    const connection = openConnection(path, 'read');
    return { connection, isReadOnly: false, warning: isLost ? lostLog(path) : undefined };
  } finally {
    creator.close();
  }
}

function lostLog(path: string): string {
  return (
    `The write-ahead log ${path}-wal is missing, or shorter than was noted: what was acknowledged since it was last ` +
    'folded into the file is lost. Restore a backup, or run "pocketquant verify" and then sync or import again what is missing'
  );
}

/** Whether there is a file, but neither it nor anything beside it can be written. */
function isFixed(path: string): boolean {
  return existsSync(path) && !(isWritable(path) && isWritable(dirname(path)));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function openFixed(path: string): OpenedFile {
  if (sizeOf(`${path}-wal`) > 0)
    throw new StoreError(
      'DATABASE_READ_ONLY',
      `${path} cannot be written, and what ${path}-wal holds is not in it yet; copy both to another disk and open them there`,
    );
  const connection = openImmutable(path);
  requireReadable(connection, path);
  return { connection, isReadOnly: true, warning: undefined };
}

function inWords<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const known = fileError(error, path);
    if (known !== error || error instanceof StoreError) throw known;
    const detail = error instanceof Error ? error.message : String(error);
    throw new StoreError('DATABASE_UNAVAILABLE', `${path} cannot be opened: ${detail}`, { cause: error });
  }
}

/** Which file it is, whatever its name: `undefined` if there is none. */
function identityOf(path: string): string | undefined {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats && `${stats.dev} ${stats.ino}`;
}

/** An open file is written to even when its name is gone: all of that would be lost with the process. */
function requireFile(path: string, identity: string | undefined): void {
  if (identityOf(path) === identity) return;
  throw new StoreError('DATABASE_UNAVAILABLE', `${path} was removed or replaced while it is open; restart the process`);
}

/** What a commit of a large call and its log take. */
const LEAST_ROOM_BYTES = 4_194_304;

function requireRoom(path: string): void {
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize >= LEAST_ROOM_BYTES) return;
  throw new StoreError('DATABASE_FULL', `The disk of ${path} has ${bavail * bsize} bytes left; make room`);
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
