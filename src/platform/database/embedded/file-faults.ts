import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { DamagedDocumentError, outOfOrder } from '../damaged-document.ts';
import type { StorageFault } from '../database.ts';
import { StoreError } from '../../errors/index.ts';
import { keysOf, readLayout, type TableLayout } from './catalog.ts';
import { documentOf } from './documents.ts';
import type { IndexKey } from './index-keys.ts';
import type { PlainDocument } from './operators.ts';
import { fileError } from './sqlite-errors.ts';

/** Where a file is damaged in more places than these, no more are told. */
const MOST_FAULTS = 1_000;
const ROWS_AT_A_TIME = 256;
const PREFIX = 'c_';
/** What SQLite says of an index that does not agree with its table; the table is whole. */
const OF_AN_INDEX = /missing from index|wrong # of entries in index|values differ from index|non-unique entry in index/;

/** Reads the whole file: first by SQLite's own check, then each row with its checksum, id and index columns. */
export function* faultsOfFile(connection: DatabaseSync, path: string): Generator<StorageFault> {
  try {
    yield* foundBySqlite(connection, path);
    for (const name of tablesOf(connection))
      if (!name.startsWith(PREFIX))
        yield { where: path, kind: 'file', message: `it has a table of no collection: ${name}` };
    for (const collection of collectionsOf(connection))
      for (const { where, message, document } of faultyRows(connection, collection))
        yield { where, message, kind: document === undefined ? 'document' : 'index' };
  } catch (error) {
    const known = fileError(error, path);
    if (known === error && !(error instanceof StoreError)) throw error;
    yield { where: path, kind: 'file', message: known instanceof Error ? known.message : String(known) };
  }
}

function* foundBySqlite(connection: DatabaseSync, path: string): Generator<StorageFault> {
  for (const { integrity_check: found } of connection.prepare(`PRAGMA integrity_check(${MOST_FAULTS})`).all())
    if (found !== 'ok') {
      const message = String(found).replaceAll('\n', ' ');
      yield { where: path, kind: OF_AN_INDEX.test(message) ? 'index' : 'file', message };
    }
}

/** Every collection that has a table. */
export function collectionsOf(connection: DatabaseSync): string[] {
  return tablesOf(connection).flatMap((name) => (name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : []));
}

function tablesOf(connection: DatabaseSync): string[] {
  return connection
    .prepare(`SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`)
    .all()
    .map(({ name }) => String(name));
}

/** A row that is not as it was written. */
export interface FaultyRow {
  readonly layout: TableLayout;
  readonly place: number;
  /** The collection and the id that the row has. */
  readonly where: string;
  readonly message: string;
  readonly bytes: Uint8Array | undefined;
  /** Absent where it cannot be read. */
  readonly document: PlainDocument | undefined;
}

/** Reads the rows of a collection by their place, so that none is passed by whatever the indexes say. */
export function* faultyRows(connection: DatabaseSync, collection: string): Generator<FaultyRow> {
  const layout = readLayout(connection, collection);
  if (layout === undefined) return;
  const select = connection.prepare(
    `SELECT rowid AS place, * FROM ${layout.table} NOT INDEXED WHERE rowid > ? ORDER BY rowid LIMIT ${ROWS_AT_A_TIME}`,
  );
  let last = -1;
  for (let rows = select.all(last); rows.length > 0; rows = select.all(last))
    for (const row of rows) {
      const place = row['place'] as number;
      if (place <= last) throw outOfOrder(collection);
      last = place;
      const fault = faultOf(row, layout);
      if (fault !== undefined)
        yield {
          layout,
          place,
          where: `${collection} ${String(row['_id'])}`,
          message: fault.message,
          bytes: row['doc'] instanceof Uint8Array ? row['doc'] : undefined,
          document: fault.document,
        };
    }
}

interface Fault {
  readonly message: string;
  readonly document?: PlainDocument;
}

function faultOf(row: Readonly<Record<string, SQLOutputValue>>, layout: TableLayout): Fault | undefined {
  const { _id, doc } = row;
  if (!(doc instanceof Uint8Array)) return { message: 'its row holds no document' };
  try {
    const document = documentOf(doc, layout.collection, _id);
    if (document['_id'] !== _id) return { message: 'it is filed under another id than its own', document };
    const keys = keysOf(layout, document);
    const wrong = layout.indexedFields.filter((field, place) => !isSameKey(row[`k_${field}`], keys[place]));
    return wrong.length === 0 ? undefined : { message: `it is filed under another ${wrong.join(', ')}`, document };
  } catch (error) {
    if (error instanceof DamagedDocumentError) return { message: error.reason };
    return { message: error instanceof Error ? error.message : String(error) };
  }
}

function isSameKey(kept: SQLOutputValue, right: IndexKey): boolean {
  if (kept instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(kept, right) === 0;
  return kept === right;
}
