import type { DatabaseSync } from 'node:sqlite';
import type { MendedFile } from '../database.ts';
import { SET_ASIDE } from '../set-aside.ts';
import { createTable, keysOf } from './catalog.ts';
import { rowOf } from './documents.ts';
import { collectionsOf, faultyRows, type FaultyRow } from './file-faults.ts';
import { isConstraintError } from './sqlite-errors.ts';

/**
 * Makes the indexes anew and files readable documents where they belong. Unreadable ones are moved to
 * `damaged_documents` where that is asked for, and left where they are else.
 */
export function mendFile(connection: DatabaseSync, setAside: boolean): MendedFile {
  connection.exec('REINDEX');
  const done = { filed: [] as string[], setAside: [] as string[], left: [] as string[] };
  for (const collection of collectionsOf(connection))
    for (const row of faultyRows(connection, collection)) {
      if (fileAgain(connection, row)) done.filed.push(row.where);
      else if (setAside) done.setAside.push(moveAside(connection, row));
      else done.left.push(row.where);
    }
  return done;
}

function fileAgain(connection: DatabaseSync, { layout, place, document }: FaultyRow): boolean {
  if (document === undefined) return false;
  const columns = ['_id', ...layout.indexedFields.map((field) => `"k_${field}"`)];
  const sql = `UPDATE ${layout.table} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE rowid = ?`;
  try {
    connection.prepare(sql).run(document['_id'] as string | number, ...keysOf(layout, document), place);
    return true;
  } catch (error) {
    if (!isConstraintError(error)) throw error;
    return false; // another document has that place
  }
}

function moveAside(connection: DatabaseSync, { layout, place, where, message, bytes }: FaultyRow): string {
  const { table } = createTable(connection, SET_ASIDE);
  const _id = `${where} ${place}`;
  const kept = { _id, collection: layout.collection, reason: message, ...(bytes === undefined ? {} : { bytes }) };
  connection.prepare(`INSERT OR REPLACE INTO ${table} (_id, doc) VALUES (?, ?)`).run(_id, rowOf(kept));
  connection.prepare(`DELETE FROM ${layout.table} WHERE rowid = ?`).run(place);
  return where;
}
