import { InvalidRequestError } from '../../platform/errors/index.ts';
import { namesOf } from './keyed-rows.ts';
import { isPlainObject } from './table.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/** Rows that were found in a JSON value. */
export interface JsonRows {
  /** For the user: `list of lists`. */
  readonly form: string;
  readonly names: readonly string[] | undefined;
  readonly about: JsonObject;
  readonly rows: readonly (readonly unknown[])[];
}

type Rows = Omit<JsonRows, 'about'>;

/** What vendors call the list itself: other keys at its place are symbols. */
const LIST_NAMES = new Set(
  'bars results result data values candles candlesticks klines ohlcv ohlc quotes quote prices historical history items list rows records series chart dataset'.split(
    ' ',
  ),
);
const MOST_DEPTH = 5;
/** An index that begins with a digit: a date, an epoch, a count. */
const INDEX_KEY = /^\d/;
const TIME_KEY = /^(\d{4}-\d\d|\d{9,})/;
const SHOWN_LENGTH = 200;

/**
 * Finds the one list of rows in what a vendor or library answers: a list of lists or of objects, columns of equal
 * length, objects by time, or any of them inside of objects. Lists by symbol become one with a column `symbol`.
 * @throws InvalidRequestError `JSON_SHAPE_UNKNOWN` where there is none, or more than one
 */
export function rowsOfJson(value: unknown): JsonRows {
  let level: readonly Place[] = [{ value, path: [], ancestors: [] }];
  for (let depth = 0; depth <= MOST_DEPTH && level.length > 0; depth++) {
    const found = level.flatMap((place) => {
      const rows = rowsAt(place);
      return rows === undefined ? [] : [{ place, rows }];
    });
    if (found.length === 1) return described(found[0].place, found[0].rows);
    if (found.length > 1) return bySymbol(found);
    level = level.flatMap(inner);
  }
  throw unknownShape(`found ${JSON.stringify(value).slice(0, SHOWN_LENGTH)}`);
}

/** A value inside of the file's value. */
interface Place {
  readonly value: unknown;
  readonly path: readonly string[];
  /** The objects it is in, outermost first. */
  readonly ancestors: readonly JsonObject[];
}

function inner({ value, path, ancestors }: Place): readonly Place[] {
  if (Array.isArray(value)) return value.length === 1 ? [{ value: value[0], path, ancestors }] : [];
  if (!isPlainObject(value)) return [];
  return Object.entries(value).map(([key, held]) => ({
    value: held,
    path: [...path, key],
    ancestors: [...ancestors, value],
  }));
}

function rowsAt({ value, path }: Place): Rows | undefined {
  if (Array.isArray(value)) return listRows(value, path.length === 0 || isListName(path.at(-1)));
  if (!isPlainObject(value)) return undefined;
  return chartRows(value) ?? namedRows(value) ?? columnRows(value) ?? rowsByIndex(value) ?? columnsByIndex(value);
}

function isListName(key: string | undefined): boolean {
  return LIST_NAMES.has((key ?? '').toLowerCase());
}

/** `[[…], […]]` and `[{…}, {…}]`. An empty list is one only where its name says so. */
function listRows(list: readonly unknown[], mayBeEmpty: boolean): Rows | undefined {
  if (list.length === 0) return mayBeEmpty ? { form: 'empty list', names: undefined, rows: [] } : undefined;
  if (list.every((row) => Array.isArray(row) && row.length > 1))
    return { form: 'list of lists', names: undefined, rows: list as unknown[][] };
  return list.every((row) => isPlainObject(row) && !Object.values(row).some(Array.isArray))
    ? { form: 'list of objects', ...rowsOfObjects(list as JsonObject[]) }
    : undefined;
}

function rowsOfObjects(list: readonly JsonObject[]): Pick<Rows, 'names' | 'rows'> {
  const names = namesOf(list);
  return { names, rows: list.map((row) => names.map((name) => (Object.hasOwn(row, name) ? row[name] : undefined))) };
}

/** Yahoo's chart: times beside prices that are deeper inside. */
function chartRows({ timestamp, indicators }: JsonObject): Rows | undefined {
  if (!isList(timestamp) || !isPlainObject(indicators)) return undefined;
  const [quote, adjusted] = [indicators.quote, indicators.adjclose].map((held) => (isList(held) ? held[0] : undefined));
  if (!isPlainObject(quote)) return undefined;
  return rowsOfColumns({ timestamp, ...quote, ...(isPlainObject(adjusted) ? adjusted : {}) });
}

/** `{"columns": ["open", …], "data": [[…], …]}`, whatever the two are called, and pandas' index beside them. */
function namedRows(value: JsonObject): Rows | undefined {
  const lists = Object.entries(value).filter((entry): entry is [string, readonly unknown[]] => isList(entry[1]));
  const tables = lists.filter(([, list]) => list.every(Array.isArray));
  const names = lists.filter(([key, list]) => key !== 'index' && list.every((name) => typeof name === 'string'));
  if (tables.length !== 1 || names.length !== 1) return undefined;
  const [[, rows], [, columns]] = [
    tables[0] as [string, readonly unknown[][]],
    names[0] as [string, readonly string[]],
  ];
  if (rows[0].length !== columns.length) return undefined;
  const { index } = value;
  return isList(index) && index.length === rows.length
    ? { form: 'names and rows', names: ['', ...columns], rows: rows.map((row, at) => [index[at], ...row]) }
    : { form: 'names and rows', names: columns, rows };
}

/** `{"t": […], "o": […], …}`: at least a time and prices, none of which holds more than values. */
function columnRows(value: JsonObject): Rows | undefined {
  const columns = Object.entries(value).filter(([, held]) => isList(held) && held.every(isValue));
  return columns.length < 3 ? undefined : rowsOfColumns(Object.fromEntries(columns));
}

function rowsOfColumns(columns: JsonObject): Rows {
  const names = Object.keys(columns);
  const lists = Object.values(columns) as (readonly unknown[])[];
  const [{ length }] = lists;
  const other = lists.findIndex((list) => list.length !== length);
  if (other >= 0)
    throw unknownShape(
      `its columns differ in length: ${names[0]} has ${length} values, ${names[other]} has ${lists[other].length}`,
    );
  return { form: 'columns', names, rows: Array.from({ length }, (_, at) => lists.map((list) => list[at])) };
}

/** `{"2024-01-02 09:30:00": {"1. open": …}, …}`. */
function rowsByIndex(value: JsonObject): Rows | undefined {
  const keys = Object.keys(value);
  const held = Object.values(value);
  if (keys.length === 0 || !keys.every((key) => INDEX_KEY.test(key)) || !held.every(isObjectOfValues)) return undefined;
  const { names = [], rows } = rowsOfObjects(held);
  return {
    form: 'objects by index',
    names: [indexName(keys), ...names],
    rows: rows.map((row, at) => [keys[at], ...row]),
  };
}

/** `{"open": {"2024-01-02": …}, "close": {"2024-01-02": …}}`, as pandas writes by default. */
function columnsByIndex(value: JsonObject): Rows | undefined {
  const names = Object.keys(value);
  const columns = Object.values(value);
  if (names.length < 3 || !columns.every(isObjectOfValues)) return undefined;
  const keys = namesOf(columns);
  if (keys.length === 0 || !keys.every((key) => INDEX_KEY.test(key))) return undefined;
  const rows = keys.map((key) => [key, ...columns.map((column) => column[key])]);
  return { form: 'columns by index', names: [indexName(keys), ...names], rows };
}

function indexName(keys: readonly string[]): string {
  return keys.every((key) => TIME_KEY.test(key)) ? 'time' : '';
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length > 0;
}

function isValue(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

function isObjectOfValues(value: unknown): value is JsonObject {
  return isPlainObject(value) && Object.values(value).every(isValue);
}

function described({ path, ancestors, value }: Place, rows: Rows): JsonRows {
  const key = path.at(-1);
  const symbol = path.length > 1 && key !== undefined && !isListName(key) && isList(value) ? { symbol: key } : {};
  const beside = isPlainObject(value) ? [...ancestors, value] : ancestors;
  const facts = beside.map((held) => factsOf(held, rows));
  return { ...stateByName(rows, ancestors), about: Object.assign(symbol, ...facts) as JsonObject };
}

/** Values beside the rows, also those that are one object further inside. */
function factsOf(held: JsonObject, { form }: Rows): JsonObject {
  if (form.endsWith('by index') && Object.values(held).every(isObjectOfValues)) return {};
  const facts = Object.entries(held).flatMap(([key, value]): [string, unknown][] => {
    if (isObjectOfValues(value)) return Object.entries(value);
    return isValue(value) && value !== null ? [[key, value]] : [];
  });
  return Object.fromEntries(facts);
}

/** Our own `columns` say each state as the index of its name. */
function stateByName(rows: Rows, ancestors: readonly JsonObject[]): Rows {
  const states = ancestors.at(-1)?.states;
  const at = rows.names?.indexOf('state') ?? -1;
  if (!isList(states) || at < 0) return rows;
  return { ...rows, rows: rows.rows.map((row) => row.with(at, states[Number(row[at])])) };
}

/** `{"AAPL": […], "MSFT": […]}`. */
function bySymbol(found: readonly { readonly place: Place; readonly rows: Rows }[]): JsonRows {
  const [{ place }] = found;
  const parent = place.ancestors.at(-1);
  const isAlike = found.every(
    ({ place: { ancestors }, rows: { names, form } }) =>
      ancestors.at(-1) === parent && names !== undefined && form === found[0].rows.form,
  );
  if (!isAlike || parent === undefined || Object.values(parent).filter(isValue).length > 0)
    throw unknownShape(
      `found rows at ${found
        .map(({ place: { path } }) => path.join('.'))
        .slice(0, 5)
        .join(', ')}; save one of them`,
    );
  const names = [...new Set(found.flatMap(({ rows }) => rows.names ?? []))];
  const rows = found.flatMap(({ place: { path }, rows }) => {
    const places = names.map((name) => rows.names?.indexOf(name) ?? -1);
    return rows.rows.map((row) => [path.at(-1), ...places.map((at) => row[at])]);
  });
  const about = Object.assign(
    {},
    ...place.ancestors.slice(0, -1).map((held) => factsOf(held, found[0].rows)),
  ) as JsonObject;
  return { form: `${found[0].rows.form} by symbol`, names: ['symbol', ...names], rows, about };
}

function unknownShape(what: string): InvalidRequestError {
  return new InvalidRequestError(
    'JSON_SHAPE_UNKNOWN',
    `The JSON does not hold one list of rows: ${what}. Expected a list of lists or of objects, or columns of equal length`,
  );
}
