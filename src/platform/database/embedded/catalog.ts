import type { DatabaseSync } from 'node:sqlite';
import type { IndexDescription } from '../collection.ts';
import { UnsupportedOperationError, type PlainDocument } from './operators.ts';
import { indexKeyOf, type IndexKey } from './index-keys.ts';
import { documentOf } from './documents.ts';

/** Names of tables and columns: they stand in SQL as they are. */
const SAFE_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

function safe(name: string): string {
  if (!SAFE_NAME.test(name))
    throw new UnsupportedOperationError(`Not a name for a collection, field or index here: "${name}"`);
  return name;
}

/** A collection as a table: `_id`, the document as BSON, and a column for each indexed field. */
export interface TableLayout {
  readonly collection: string;
  readonly table: string;
  readonly indexedFields: readonly string[];
}

export function columnOf(layout: TableLayout, field: string): string | undefined {
  if (field === '_id') return '_id';
  return layout.indexedFields.includes(field) ? `"k_${field}"` : undefined;
}

export function keysOf(layout: TableLayout, document: PlainDocument): IndexKey[] {
  return layout.indexedFields.map((field) => indexKeyOf(document[field], field));
}

/** The layout of a collection that exists; `undefined` if nothing was ever written to it. */
export function readLayout(connection: DatabaseSync, collection: string): TableLayout | undefined {
  const table = `"c_${safe(collection)}"`;
  const columns = connection.prepare(`SELECT name FROM pragma_table_info(?)`).all(`c_${collection}`);
  if (columns.length === 0) return undefined;
  const names = columns.map(({ name }) => String(name)).filter((name) => name.startsWith('k_'));
  return { collection, table, indexedFields: names.map((name) => name.slice(2)) };
}

export function createTable(connection: DatabaseSync, collection: string): TableLayout {
  const table = `"c_${safe(collection)}"`;
  // No type for _id, so that numbers stay numbers and text stays text.
  connection.exec(`CREATE TABLE IF NOT EXISTS ${table} (_id PRIMARY KEY NOT NULL, doc BLOB NOT NULL)`);
  return readLayout(connection, collection) ?? { collection, table, indexedFields: [] };
}

/**
 * Makes an index and, where a field has no column yet, fills one from the documents that are there; wholly or not at
 * all, as a column that is filled in part would hide documents.
 */
export function createIndex(connection: DatabaseSync, collection: string, description: IndexDescription): string {
  connection.exec('SAVEPOINT create_index');
  try {
    const name = addIndex(connection, collection, description);
    connection.exec('RELEASE create_index');
    return name;
  } catch (error) {
    // A full disk has already undone the whole transaction.
    if (connection.isTransaction) connection.exec('ROLLBACK TO create_index; RELEASE create_index');
    throw error;
  }
}

/** What an index is called, for its users and in the file. */
function namesOf(collection: string, description: IndexDescription): { name: string; inFile: string[] } {
  const fields = Object.entries(description.key).map(([field, order]) => `${field}_${order}`);
  const name = description.name ?? fields.join('_');
  const index = `i_${safe(collection)}_${name}`;
  // SQLite holds two absent values for different, MongoDB for the same.
  const needsAbsent = description.unique === true && description.sparse !== true;
  return { name, inFile: needsAbsent ? [index, `${index}_absent`] : [index] };
}

/** The names of indexes if all of them are there already. */
export function namesIfThere(
  connection: DatabaseSync,
  collection: string,
  descriptions: readonly IndexDescription[],
): string[] | undefined {
  const names = descriptions.map((description) => namesOf(collection, description));
  const find = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?`);
  const areThere = names.every(({ inFile }) => inFile.every((index) => find.get(index) !== undefined));
  return areThere ? names.map(({ name }) => name) : undefined;
}

function addIndex(connection: DatabaseSync, collection: string, description: IndexDescription): string {
  const layout = createTable(connection, collection);
  const fields = Object.keys(description.key);
  const { name, inFile } = namesOf(collection, description);
  const [index, indexOfAbsent] = inFile.map((text) => `"${text}"`);
  const added = fields.filter((field) => columnOf(layout, safe(field)) === undefined);
  for (const field of added) connection.exec(`ALTER TABLE ${layout.table} ADD COLUMN "k_${field}"`);
  if (added.length > 0) fillColumns(connection, layout, added);
  const columns = fields.map((field) => (field === '_id' ? '_id' : `"k_${field}"`));
  const order = columns
    .map((column, place) => `${column} ${Object.values(description.key)[place] === 1 ? 'ASC' : 'DESC'}`)
    .join(', ');
  const isPresent = columns.map((column) => `${column} IS NOT NULL`).join(' OR ');
  const unique = description.unique === true ? 'UNIQUE ' : '';
  const where = description.sparse === true ? ` WHERE ${isPresent}` : '';
  connection.exec(`CREATE ${unique}INDEX IF NOT EXISTS ${index} ON ${layout.table} (${order})${where}`);
  if (indexOfAbsent !== undefined)
    connection.exec(
      `CREATE UNIQUE INDEX IF NOT EXISTS ${indexOfAbsent} ON ${layout.table} ` +
        `(${columns.map((column) => `ifnull(${column}, x'')`).join(', ')}) WHERE ${columns.map((column) => `${column} IS NULL`).join(' OR ')}`,
    );
  return name;
}

function fillColumns(connection: DatabaseSync, { collection, table }: TableLayout, fields: readonly string[]): void {
  const assignments = fields.map((field) => `"k_${field}" = ?`).join(', ');
  const update = connection.prepare(`UPDATE ${table} SET ${assignments} WHERE rowid = ?`);
  const select = connection.prepare(
    `SELECT rowid AS place, _id, doc FROM ${table} WHERE rowid > ? ORDER BY rowid LIMIT 1000`,
  );
  for (let rows = select.all(0); rows.length > 0; rows = select.all(rows[rows.length - 1]['place'] as number))
    for (const { place, _id, doc } of rows) {
      const document = documentOf(doc as Uint8Array, collection, _id);
      const keys = fields.map((field) => indexKeyOf(document[field], field));
      if (keys.some((key) => key !== null)) update.run(...keys, place as number);
    }
}
