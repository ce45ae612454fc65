import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { StoreError } from '../../errors/index.ts';
import type { Database } from '../database.ts';
import { openConnection } from './connection.ts';
import { embeddedCollection, type EmbeddedStore } from './embedded-collection.ts';
import { TableReader } from './reader.ts';
import { migrate } from './schema.ts';
import { fileError } from './sqlite-errors.ts';
import { startWriter } from './writer.ts';

/**
 * Opens the database in one file; the file and its folder are made where they are missing.
 * @throws StoreError `DATABASE_UNAVAILABLE`, `DATABASE_DAMAGED`, `DATABASE_TOO_NEW`, `DATABASE_BUSY`
 */
export function openEmbeddedDatabase(file: string): Database {
  const path = resolve(file);
  const connection = prepareFile(path);
  const reader = new TableReader(connection);
  const writer = startWriter(path);
  let isClosed = false;

  function read<T>(work: () => T): T {
    if (isClosed) throw new StoreError('DATABASE_UNAVAILABLE', `The database ${path} is closed`);
    try {
      return work();
    } catch (error) {
      throw fileError(error, path);
    }
  }

  const store: EmbeddedStore = { reader, writer, read };
  return {
    engine: 'embedded',
    location: path,
    collection: (name) => embeddedCollection(store, name),
    async ping() {
      read(() => connection.prepare('SELECT 1').get());
      await writer.write('ping', []);
    },
    dataVersion: () => read(() => reader.dataVersion()),
    sizeOnDisk: () => Promise.resolve(['', '-wal', '-shm'].reduce((sum, suffix) => sum + sizeOf(path + suffix), 0)),
    async close() {
      if (isClosed) return;
      isClosed = true;
      connection.close(); // first, so that the writer can fold the whole log into the file
      await writer.close();
    },
  };
}

function prepareFile(path: string) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const creator = openConnection(path, 'write');
    try {
      migrate(creator, path);
    } finally {
      creator.close();
    }
    return openConnection(path, 'read');
  } catch (error) {
    const known = fileError(error, path);
    if (known !== error || error instanceof StoreError) throw known;
    const detail = error instanceof Error ? error.message : String(error);
    throw new StoreError('DATABASE_UNAVAILABLE', `${path} cannot be opened: ${detail}`, { cause: error });
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
