import { ask, askForBytes, askForValue, type AskOptions, type Connection } from './ask.ts';
import { columnsOf, type ColumnsAnswer } from './columns.ts';
import { follow, type FollowInput, type Following } from './follow.ts';
import type {
  Answer,
  AskedBars,
  Bar,
  BarsAnswer,
  Change,
  FileFormat,
  GetBarsInput,
  Input,
  OperationName,
} from './inputs-and-answers.ts';
import { ROUTES } from './operations.ts';
import { itemsOfPages } from './pages.ts';
import type { StreamTopic } from './stream-events.ts';
import { pathOf, type Fields, type NoFields, type Route } from './route.ts';

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8765`, the default outside of a browser; in one it is where the page came from. */
  readonly baseUrl?: string;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
}

type Method<Given, Answered> = object extends (Given extends NoFields ? object : Given)
  ? (input?: Given, options?: AskOptions) => Promise<Answered>
  : (input: Given, options?: AskOptions) => Promise<Answered>;

type Methods = { readonly [Name in OperationName]: Method<Input<Name>, Answer<Name>> };

export interface ExportedBars {
  readonly contentType: string;
  readonly bytes: ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** A method for each operation of the HTTP API. Each throws a `PocketQuantProblem`, or `ServerUnreachable`. */
export interface Client extends Omit<Methods, 'getBars'> {
  getBars<Format extends 'json' | 'columns' = 'json'>(
    input: GetBarsInput & { readonly format?: Format | undefined },
    options?: AskOptions,
  ): Promise<BarsAnswer<Format>>;
  /** The same bars as typed arrays, of the whole range unless there is a `limit`. */
  getColumns(input: AskedBars, options?: AskOptions): Promise<ColumnsAnswer>;
  /** The same bars as the bytes of a file. */
  exportBars(input: AskedBars & { readonly format: FileFormat }, options?: AskOptions): Promise<ExportedBars>;
  /** The same bars one by one, from pages of `limit`. */
  eachBar(input: AskedBars, options?: AskOptions): AsyncGenerator<Bar, void, undefined>;
  /** The changes after a seq one by one, from pages of `limit`, until there are no more. */
  eachChange(input?: Input<'getChanges'>, options?: AskOptions): AsyncGenerator<Change, void, undefined>;
  /**
   * What happens to topics, as it happens. A lost connection is made again and goes on where it ended: of bars and
   * changes none is missed and none comes twice. Keep the `seq` of the last event that has one to go on from later.
   * @throws PocketQuantProblem `CHANGES_EXPIRED` if what comes next is no longer kept: read the bars again, and follow
   * without `after`
   */
  follow(input: StreamTopic | FollowInput): Following;
  /** The URL that an operation without a body is asked by, such as that of a file to download. */
  urlOf<Name extends OperationName>(name: Name, input: Input<Name>): string;
}

const DEFAULT_URL = 'http://127.0.0.1:8765';

/** A client of the HTTP API, for browsers and Node. Nothing is asked before a method is called. */
export function createClient({ baseUrl, fetch: asked, headers = {} }: ClientOptions = {}): Client {
  const connection: Connection = {
    baseUrl: (baseUrl ?? originOfPage() ?? DEFAULT_URL).replace(/\/+$/, ''),
    fetch: asked ?? ((input, init) => fetch(input, init)),
    headers,
  };
  const method =
    (route: Route) =>
    (fields: Fields = {}, options: AskOptions = {}): Promise<unknown> =>
      askForValue(connection, route, fields, options);
  const methods = Object.fromEntries(Object.entries(ROUTES).map(([name, route]) => [name, method(route)]));
  const { getBars, getChanges, ...others } = methods as unknown as Omit<Methods, 'getBars'> & Pick<Client, 'getBars'>;
  return {
    ...others,
    getBars,
    getChanges,
    getColumns: async (input, options) =>
      columnsOf(await askForBytes(connection, ROUTES.getBars, { ...input, format: 'arrow' }, options)),
    async exportBars(input, options) {
      const { headers: given, body } = await ask(connection, ROUTES.getBars, input, options);
      return { contentType: given.get('content-type') ?? '', bytes: body ?? new Blob([]).stream() };
    },
    eachBar: (input, options) =>
      itemsOfPages(
        (cursor: string | undefined = input.cursor) => getBars({ ...input, cursor }, options),
        ({ bars }) => bars,
        ({ nextCursor }) => nextCursor ?? undefined,
      ),
    eachChange: (input = {}, options) =>
      itemsOfPages(
        (after: number | undefined = input.after) => getChanges({ ...input, after }, options),
        ({ changes }) => changes,
        ({ changes, next }) => (changes.length === 0 ? undefined : next),
      ),
    follow: (input) => follow(urlOfStream(connection), typeof input === 'string' ? { topics: [input] } : input),
    urlOf: (name, input) => connection.baseUrl + pathOf(ROUTES[name], input),
  };
}

const urlOfStream = ({ baseUrl }: Connection): string => `${baseUrl.replace(/^http/, 'ws')}/api/v1/stream`;

function originOfPage(): string | undefined {
  const { location } = globalThis as { readonly location?: { readonly origin: string } };
  return location?.origin;
}
