import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
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
  /** Everything it was asked, oldest first. */
  readonly requests: readonly FakeRequest[];
  /** UTC epoch ms; told in `Date`. */
  now: number;
  /** Spoils the next answers, one fault each; more follow in the order of calls. */
  fail(...faults: readonly Fault[]): void;
  /** Spoils every answer from now on. */
  failAlways(fault: Fault): void;
}

export interface FakeServerOptions {
  readonly now: number;
  readonly answer: (request: FakeRequest, server: FakeServer) => FakeAnswer;
}

/** Listens on a free port until the test ends. */
export async function startFakeServer(t: TestContext, { now, answer }: FakeServerOptions): Promise<FakeServer> {
  const requests: FakeRequest[] = [];
  const faults: Fault[] = [];
  let lasting: Fault | undefined;
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
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const fake: FakeServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    now,
    fail: (...more) => faults.push(...more),
    failAlways: (fault) => {
      lasting = fault;
    },
  };
  return fake;
}

export function jsonAnswer(value: unknown, status = 200): FakeAnswer {
  return { status, body: JSON.stringify(value), headers: { 'content-type': 'application/json' } };
}
