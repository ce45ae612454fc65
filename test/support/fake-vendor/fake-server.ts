import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { sendAnswer, type FakeAnswer, type Fault } from './faults.ts';

export interface FakeRequest {
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

/** A vendor on 127.0.0.1 with a clock of its own. */
export interface FakeServer {
  readonly url: string;
  /** Where a vendor with a live side takes its sockets from. */
  readonly http: Server;
  /** Everything it was asked, oldest first. */
  readonly requests: readonly FakeRequest[];
  /** UTC epoch ms; told in `Date`. */
  now: number;
  /** Spoils the next answers, one fault each; more follow in the order of calls. */
  fail(...faults: readonly Fault[]): void;
  /** Spoils every answer from now on. */
  failAlways(fault: Fault): void;
  close(): void;
}

export interface FakeServerOptions {
  /** Where its clock stands, or a clock that runs. */
  readonly now: number | (() => number);
  readonly answer: (request: FakeRequest, server: FakeServer) => FakeAnswer;
}

/** Listens on a free port until the test ends. */
export async function startFakeServer(t: TestContext, options: FakeServerOptions): Promise<FakeServer> {
  const fake = await openFakeServer(options);
  t.after(() => fake.close());
  return fake;
}

/** Listens on a free port until it is closed. */
export async function openFakeServer({ now: start, answer }: FakeServerOptions): Promise<FakeServer> {
  const requests: FakeRequest[] = [];
  const faults: Fault[] = [];
  let lasting: Fault | undefined;
  let clock = typeof start === 'number' ? () => start : start;
  const server = createServer((message: IncomingMessage, response: ServerResponse) => {
    const request = { url: new URL(message.url ?? '/', fake.url), headers: message.headers };
    requests.push(request);
    const good = answer(request, fake);
    const fault = faults.shift() ?? lasting;
    response.sendDate = false;
    response.setHeader('Date', new Date(fake.now).toUTCString());
    (fault ?? sendAnswer)(good, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    http: server,
    requests,
    get now() {
      return clock();
    },
    set now(time) {
      clock = () => time;
    },
    fail: (...more) => faults.push(...more),
    failAlways: (fault) => {
      lasting = fault;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return fake;
}

export function jsonAnswer(value: unknown, status = 200): FakeAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}
