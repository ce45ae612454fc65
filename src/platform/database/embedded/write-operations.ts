import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { IndexDescription, Sort } from '../collection.ts';
import type { MendedFile } from '../database.ts';
import { applyUpdate, documentOfFilter } from './apply-update.ts';
import { columnOf, createIndex, createTable, keysOf, readLayout, type TableLayout } from './catalog.ts';
import { documentOf, rowOf } from './documents.ts';
import { matcherOf } from './matching.ts';
import { mendFile } from './mend-file.ts';
import { UnsupportedOperationError, type PlainDocument } from './operators.ts';
import { sqlFilterOf } from './sql-filter.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { sortClause } from './sort-clause.ts';

/** One write, as it travels to the writer. */
export type WriteOperation =
  | { readonly kind: 'insert'; readonly document: PlainDocument }
  | {
      readonly kind: 'update';
      readonly filter: PlainDocument;
      readonly update: PlainDocument;
      readonly upsert: boolean;
      readonly many: boolean;
      readonly sort?: Sort;
      /** Which document to answer with, if any. */
      readonly answer?: 'before' | 'after';
    }
  | { readonly kind: 'delete'; readonly filter: PlainDocument; readonly many: boolean }
  | { readonly kind: 'index'; readonly index: IndexDescription }
  /** Mends the whole file, whatever the collection. */
  | { readonly kind: 'mend'; readonly setAside: boolean };

export interface WriteResult {
  readonly inserted: number;
  readonly matched: number;
  readonly modified: number;
  readonly upserted: number;
  readonly deleted: number;
  readonly document?: PlainDocument | null;
  readonly indexName?: string;
  readonly mended?: MendedFile;
}

export const NOTHING: WriteResult = { inserted: 0, matched: 0, modified: 0, upserted: 0, deleted: 0 };

interface Row {
  readonly _id: SQLInputValue;
  readonly document: PlainDocument;
  readonly bytes: Uint8Array;
}

/** Applies writes to one connection. Statements and layouts are kept until another process changes the schema. */
export class TableWriter {
  private readonly connection: DatabaseSync;
  private readonly statements: PreparedStatements;
  private readonly layouts = new Map<string, TableLayout>();

  constructor(connection: DatabaseSync) {
    this.connection = connection;
    this.statements = new PreparedStatements(connection);
  }

  /** Forgets what it knows of the schema. */
  forget(): void {
    this.statements.clear();
    this.layouts.clear();
  }

  /** @throws what SQLite throws on a key that exists or a full disk; UnsupportedOperationError */
  apply(collection: string, operation: WriteOperation): WriteResult {
    switch (operation.kind) {
      case 'insert':
        this.insert(this.layoutOf(collection), operation.document);
        return { ...NOTHING, inserted: 1 };
      case 'update':
        return this.update(this.layoutOf(collection), operation);
      case 'delete':
        return this.delete(this.layoutOf(collection), operation.filter, operation.many);
      case 'index': {
        const indexName = createIndex(this.connection, collection, operation.index);
        this.forget();
        return { ...NOTHING, indexName };
      }
      case 'mend':
        return { ...NOTHING, mended: mendFile(this.connection, operation.setAside) };
    }
  }

  private update(layout: TableLayout, operation: Extract<WriteOperation, { kind: 'update' }>): WriteResult {
    const { filter, update, upsert, many, sort, answer } = operation;
    const rows = this.rowsOf(layout, filter, many ? Infinity : 1, sort);
    if (rows.length === 0) {
      const document = upsert ? this.upsert(layout, filter, update) : null;
      const result = { ...NOTHING, upserted: document === null ? 0 : 1 };
      return answer === undefined ? result : { ...result, document: answer === 'after' ? document : null };
    }
    let modified = 0;
    let changed: PlainDocument | null = null;
    for (const row of rows) {
      changed = applyUpdate(row.document, update, 'update');
      if (this.replace(layout, row, changed)) modified++;
    }
    const result = { ...NOTHING, matched: rows.length, modified };
    return answer === undefined ? result : { ...result, document: answer === 'after' ? changed : rows[0].document };
  }

  private upsert(layout: TableLayout, filter: PlainDocument, update: PlainDocument): PlainDocument {
    const document = applyUpdate(documentOfFilter(filter), update, 'insert');
    this.insert(layout, document);
    return document;
  }

  private insert(layout: TableLayout, document: PlainDocument): void {
    const columns = ['_id', 'doc', ...layout.indexedFields.map((field) => `"k_${field}"`)];
    const sql = `INSERT INTO ${layout.table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
    this.statements.of(sql).run(idOf(document), rowOf(document), ...keysOf(layout, document));
  }

  private replace(layout: TableLayout, row: Row, document: PlainDocument): boolean {
    const bytes = rowOf(document);
    if (Buffer.compare(bytes, row.bytes) === 0) return false;
    const assignments = ['doc', ...layout.indexedFields.map((field) => `"k_${field}"`)].map(
      (column) => `${column} = ?`,
    );
    const sql = `UPDATE ${layout.table} SET ${assignments.join(', ')} WHERE _id = ?`;
    this.statements.of(sql).run(bytes, ...keysOf(layout, document), row._id);
    return true;
  }

  private delete(layout: TableLayout, filter: PlainDocument, many: boolean): WriteResult {
    const { where, parameters, isExact } = sqlFilterOf(filter, (field) => columnOf(layout, field));
    if (many && isExact) {
      matcherOf(filter); // refuses what is not served
      const { changes } = this.statements
        .of(`DELETE FROM ${layout.table}${where === '' ? '' : ` WHERE ${where}`}`)
        .run(...parameters);
      return { ...NOTHING, deleted: Number(changes) };
    }
    const rows = this.rowsOf(layout, filter, many ? Infinity : 1, undefined);
    for (const { _id } of rows) this.statements.of(`DELETE FROM ${layout.table} WHERE _id = ?`).run(_id);
    return { ...NOTHING, deleted: rows.length };
  }

  private rowsOf(layout: TableLayout, filter: PlainDocument, limit: number, sort: Sort | undefined): Row[] {
    const matches = matcherOf(filter);
    const { where, parameters } = sqlFilterOf(filter, (field) => columnOf(layout, field));
    const order = sort === undefined ? '' : ` ORDER BY ${sortClause(layout, sort)}`;
    const sql = `SELECT _id, doc FROM ${layout.table}${where === '' ? '' : ` WHERE ${where}`}${order}`;
    const rows: Row[] = [];
    for (const { _id, doc } of this.statements.of(sql).iterate(...parameters)) {
      const bytes = doc as Uint8Array;
      const document = documentOf(bytes, layout.collection, _id);
      if (matches(document) && rows.push({ _id, document, bytes }) >= limit) break;
    }
    return rows;
  }

  private layoutOf(collection: string): TableLayout {
    let layout = this.layouts.get(collection);
    if (layout === undefined) {
      layout = readLayout(this.connection, collection) ?? createTable(this.connection, collection);
      this.layouts.set(collection, layout);
    }
    return layout;
  }
}

function idOf({ _id }: PlainDocument): string | number {
  if (typeof _id === 'string' || (typeof _id === 'number' && Number.isFinite(_id))) return _id;
  throw new UnsupportedOperationError(`_id must be text or a number, not ${String(_id)}`);
}
