/** How an operation is asked. What is not in `path` goes into the query, or into a JSON body if there is one. */
export interface Route {
  readonly method: string;
  /** With the names of fields in braces. */
  readonly path: string;
  /** Names of the fields of the query, beside a body. */
  readonly query?: readonly string[];
  /** `file`: the field `file` is the body. */
  readonly body?: 'json' | 'file';
  /** A status whose answer is no problem, beside 2xx. */
  readonly alsoAnswers?: number;
  /** Where the answer is no JSON. */
  readonly isText?: true;
}

/** A moment: ISO text (UTC where it names no zone), a `Date`, or an epoch number (s, ms, us or ns, by its magnitude). */
export type TimeInput = string | number | Date;

/** The bytes of a file. */
export type FileBody = Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | string;

/** Of an operation that takes none. */
export type NoFields = Readonly<Record<string, never>>;

/** What an operation is given: the fields of path, query and body together; those that are `undefined` are left out. */
export type Fields = Readonly<Record<string, unknown>>;

const NAMES_IN_PATH = /\{(\w+)\}/g;

/** The path of a request with its query. */
export function pathOf({ path, query, body }: Route, fields: Fields): string {
  const filled = path.replaceAll(NAMES_IN_PATH, (_, name: string) => encodeURIComponent(textOf(fields[name])));
  const named = namesIn(path);
  const asked = Object.entries(fields).filter(
    ([name, value]) =>
      value !== undefined && !named.has(name) && (body === undefined || query?.includes(name) === true),
  );
  const search = new URLSearchParams(asked.map(([name, value]): [string, string] => [name, textOf(value)])).toString();
  return search === '' ? filled : `${filled}?${search}`;
}

/** The fields that a JSON body has. */
export function bodyFields({ path, query = [] }: Route, fields: Fields): Fields {
  const elsewhere = new Set([...namesIn(path), ...query]);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !elsewhere.has(name)));
}

function namesIn(path: string): ReadonlySet<string> {
  return new Set(Array.from(path.matchAll(NAMES_IN_PATH), ([, name = '']) => name));
}

const textOf = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));
