import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { FindOptions, IndexDescription, Projection, Sort } from '../collection.ts';
import { columnOf, namesIfThere, readLayout, type TableLayout } from './catalog.ts';
import { compareValues } from './compare-values.ts';
import { DamagedDocumentError, outOfOrder } from '../damaged-document.ts';
import { documentOf } from './documents.ts';
import { compareKeys, valueOfKey, type IndexKey } from './index-keys.ts';
import { matcherOf } from './matching.ts';
import type { PlainDocument } from './operators.ts';
import { PreparedStatements } from './prepared-statements.ts';
import { sortClause } from './sort-clause.ts';
import { sqlFilterOf } from './sql-filter.ts';
import { projectorOf } from './projecting.ts';

const DEFAULT_BATCH = 128;

/** SQLite plans a statement anew for each value of a bare `?`. */
const LIMIT = ' LIMIT ? + 0';

/**
 * Reads on a connection of its own, in the caller's thread. Every statement runs to its end at once, so that none is
 * open while others wait: long results are read in batches, each from where the last one ended.
 */
export class TableReader {
  private readonly connection: DatabaseSync;
  private readonly statements: PreparedStatements;
  private readonly layouts = new Map<string, TableLayout>();
  /** Collections without a table, and the version of the data in which that was so. */
  private readonly missing = new Map<string, number>();

  constructor(connection: DatabaseSync) {
    this.connection = connection;
    this.statements = new PreparedStatements(connection);
  }

  /** Forgets what it knows of the schema. */
  forget(): void {
    this.statements.clear();
    this.layouts.clear();
    this.missing.clear();
  }

  /** Changes with whatever another connection commits, and all writes are made by others. */
  dataVersion(): number {
    return Number(this.statements.of('PRAGMA data_version').get()?.['data_version']);
  }

  /** The names of indexes if all of them are there already. */
  namesIfThere(collection: string, indexes: readonly IndexDescription[]): string[] | undefined {
    return namesIfThere(this.connection, collection, indexes);
  }

  /** Documents in batches; none is empty. Without a sort they come in order of `_id`. */
  *batches(collection: string, filter: PlainDocument, options: FindOptions): Generator<PlainDocument[]> {
    const layout = this.layoutOf(collection);
    if (layout === undefined) return;
    const { sort = {}, projection } = options;
    const [firstField = '_id', ...otherFields] = Object.keys(sort);
    const read: ReadPlan = { layout, filter, covered: coveredFields(layout, projection) };
    const skip = options.skip ?? 0;
    // As in MongoDB, 0 is no limit and no batch size.
    const limit = options.limit === undefined || options.limit === 0 ? Infinity : options.limit;
    const { batchSize = 0 } = options;
    const documents =
      firstField === '_id' && otherFields.length === 0
        ? this.byId(read, sort['_id'] ?? 1, batchSize === 0 ? DEFAULT_BATCH : batchSize, skip + limit)
        : this.sorted(read, sort, skip + limit);
    yield* limited(documents, skip, limit, projection);
  }

  private *byId(
    { layout, filter, covered }: ReadPlan,
    direction: 1 | -1,
    wantedBatch: number,
    most: number,
  ): Generator<PlainDocument[]> {
    const { where, parameters, isExact } = sqlFilterOf(filter, (field) => columnOf(layout, field));
    const [comparison, order] = direction === 1 ? ['>', 'ASC'] : ['<', 'DESC'];
    // Of two lower bounds SQLite starts from the first that it meets.
    const conditions = (more: string): string => [more, where].filter((condition) => condition !== '').join(' AND ');
    const batchSize = isExact ? Math.min(wantedBatch, most) : wantedBatch;
    const matches = isExact ? undefined : matcherOf(filter);
    const keys = isExact ? covered : undefined;
    const columns = ['_id', ...(keys?.map(({ column }) => column) ?? ['doc'])].join(', ');
    let after: readonly IndexKey[] = [];
    for (;;) {
      const all = conditions(after.length === 0 ? '' : `_id ${comparison} ?`);
      const sql = `SELECT ${columns} FROM ${layout.table}${all === '' ? '' : ` WHERE ${all}`} ORDER BY _id ${order}${LIMIT}`;
      const rows = this.statements.of(sql).all(...after, ...parameters, batchSize);
      const { documents, damage } = documentsOf(rows, layout.collection, keys);
      yield matches === undefined ? documents : documents.filter(matches);
      if (damage !== undefined) throw damage;
      const last = rows.at(-1);
      if (rows.length < batchSize || last === undefined) return;
      const key = last['_id'] as IndexKey;
      const [before] = after;
      if (before !== undefined && compareKeys(key, before) !== direction) throw outOfOrder(layout.collection);
      after = [key];
    }
  }

  /** Any other order is read in one go; by SQLite where all fields have an index. */
  private *sorted({ layout, filter }: ReadPlan, sort: Sort, most: number): Generator<PlainDocument[]> {
    const { where, parameters, isExact } = sqlFilterOf(filter, (field) => columnOf(layout, field));
    const isIndexed = Object.keys(sort).every((field) => columnOf(layout, field) !== undefined);
    const order = isIndexed ? ` ORDER BY ${sortClause(layout, sort)}` : ' ORDER BY _id';
    const isCut = isIndexed && isExact && Number.isFinite(most);
    const sql = `SELECT _id, doc FROM ${layout.table}${where === '' ? '' : ` WHERE ${where}`}${order}${isCut ? LIMIT : ''}`;
    const all = this.statements
      .of(sql)
      .all(...parameters, ...(isCut ? [most] : []))
      .map(({ _id, doc }) => documentOf(doc as Uint8Array, layout.collection, _id));
    const documents = isExact ? all : all.filter(matcherOf(filter));
    yield isIndexed ? documents : documents.sort((a, b) => compareBy(sort, a, b));
  }

  private layoutOf(collection: string): TableLayout | undefined {
    const known = this.layouts.get(collection);
    if (known !== undefined) return known;
    // That a table is missing is known until something is written, by whatever connection.
    const version = this.dataVersion();
    if (this.missing.get(collection) === version) return undefined;
    const found = readLayout(this.connection, collection);
    if (found === undefined) this.missing.set(collection, version);
    else this.layouts.set(collection, found);
    return found;
  }
}

/** Of rows with their documents, or the fields of an index alone: those before the first that is damaged. */
function documentsOf(
  rows: readonly Row[],
  collection: string,
  keys: readonly CoveredField[] | undefined,
): { documents: PlainDocument[]; damage?: Error } {
  const documents: PlainDocument[] = [];
  try {
    for (const row of rows)
      documents.push(
        keys === undefined ? documentOf(row['doc'] as Uint8Array, collection, row['_id']) : fieldsOf(row, keys),
      );
    return { documents };
  } catch (error) {
    if (!(error instanceof DamagedDocumentError)) throw error;
    return { documents, damage: error };
  }
}

type Row = Readonly<Record<string, SQLOutputValue>>;

interface ReadPlan {
  readonly layout: TableLayout;
  readonly filter: PlainDocument;
  /** Present where no more than the id and indexed fields are wanted: then an index has them, and no document is read. */
  readonly covered: readonly CoveredField[] | undefined;
}

/** A field that is wanted beside the id, and its column. */
interface CoveredField {
  readonly field: string;
  readonly name: string;
  readonly column: string;
}

function coveredFields(layout: TableLayout, projection: Projection = {}): CoveredField[] | undefined {
  const wanted = Object.entries(projection);
  if (projection['_id'] !== 1 || wanted.some(([, isWanted]) => isWanted !== 1)) return undefined;
  const fields = wanted.map(([field]) => field).filter((field) => field !== '_id');
  const covered = fields.map((field) => ({ field, name: `k_${field}`, column: columnOf(layout, field) }));
  return covered.every((one): one is CoveredField => one.column !== undefined) ? covered : undefined;
}

function fieldsOf(row: Row, keys: readonly CoveredField[]): PlainDocument {
  const fields: Record<string, unknown> = { _id: row['_id'] };
  for (const { field, name } of keys) {
    const value = valueOfKey(row[name] as IndexKey);
    if (value !== undefined) fields[field] = value;
  }
  return fields;
}

function compareBy(sort: Sort, a: PlainDocument, b: PlainDocument): number {
  for (const [field, direction] of Object.entries(sort)) {
    const order = compareValues(a[field], b[field]);
    if (order !== 0) return order * direction;
  }
  return 0;
}

function* limited(
  batches: Iterable<PlainDocument[]>,
  skip: number,
  limit: number,
  projection: Projection | undefined,
): Generator<PlainDocument[]> {
  const project = projection === undefined ? undefined : projectorOf(projection);
  let toSkip = skip;
  let left = limit;
  for (const batch of batches) {
    const taken = batch.slice(toSkip, toSkip + left);
    toSkip = Math.max(0, toSkip - batch.length);
    left -= taken.length;
    if (taken.length > 0) yield project === undefined ? taken : taken.map(project);
    if (left <= 0) return;
  }
}
