import { problemOf, ServerUnreachable } from './problem.ts';
import { bodyFields, pathOf, type Fields, type Route } from './route.ts';

/** Where the server is, and how it is asked. */
export interface Connection {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AskOptions {
  /** Gives up the request when it is aborted; the promise then rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Asks the server. @throws PocketQuantProblem, ServerUnreachable */
export async function ask(
  connection: Connection,
  route: Route,
  fields: Fields,
  { signal }: AskOptions = {},
): Promise<Response> {
  const response = await orUnreachable(connection, signal, () =>
    connection.fetch(connection.baseUrl + pathOf(route, fields), requestOf(connection, route, fields, signal)),
  );
  if (response.ok || isAnswer(route, response)) return response;
  throw await orUnreachable(connection, signal, () => problemOf(response));
}

/** All bytes of the answer. */
export async function askForBytes(
  connection: Connection,
  route: Route,
  fields: Fields,
  options: AskOptions = {},
): Promise<ArrayBuffer> {
  const response = await ask(connection, route, fields, options);
  return orUnreachable(connection, options.signal, () => response.arrayBuffer());
}

/** The value that was answered: that of JSON, or a text. */
export async function askForValue(
  connection: Connection,
  route: Route,
  fields: Fields,
  options: AskOptions = {},
): Promise<unknown> {
  const response = await ask(connection, route, fields, options);
  if (response.status === 204) return undefined;
  return orUnreachable(connection, options.signal, () => (route.isText ? response.text() : response.json()));
}

function requestOf(
  { headers }: Connection,
  route: Route,
  fields: Fields,
  signal: AbortSignal | undefined,
): RequestInit {
  const { method, body: kind } = route;
  const asked = { method, headers, ...(signal === undefined ? {} : { signal }) };
  if (kind === undefined) return asked;
  if (kind === 'json') {
    const body = JSON.stringify(bodyFields(route, fields));
    return { ...asked, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  const body = fields['file'] as NonNullable<RequestInit['body']>;
  const type = { 'content-type': 'application/octet-stream' };
  return { ...asked, headers: { ...headers, ...type }, body, ...STREAMING };
}

/** What a body that is a stream asks for: the answer comes after its end. */
const STREAMING = { duplex: 'half' } as const;

/** A problem is told by its type, where the same status may have an answer. */
function isAnswer({ alsoAnswers }: Route, { status, headers }: Response): boolean {
  return status === alsoAnswers && headers.get('content-type')?.startsWith('application/json') === true;
}

/** What is thrown where the connection ends, or where no JSON comes; an abort stays what it is. */
async function orUnreachable<Result>(
  { baseUrl }: Connection,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ServerUnreachable(`PocketQuant does not answer at ${baseUrl}`, { cause });
  }
}
