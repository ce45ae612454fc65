import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, get, request, type IncomingMessage } from 'node:http';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdDecompressSync } from 'node:zlib';
import Type from 'typebox';
import { createCache } from '../cache/index.ts';
import { ConflictError, StoreError } from '../errors/index.ts';
import { createLogger } from '../logging/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { API_PREFIX, createHttpServer, listen, type HttpServer } from './index.ts';

const MAX_BODY_BYTES = 10_000;
const LONG_TEXT = 'bars '.repeat(10_000);

interface TestServer {
  readonly server: HttpServer;
  readonly logged: Record<string, unknown>[];
}

/** A server with a few routes; closes itself. */
async function aServer(t: TestContext): Promise<TestServer> {
  const logged: Record<string, unknown>[] = [];
  const logger = createLogger('info', { write: (line) => logged.push(JSON.parse(line) as Record<string, unknown>) });
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(1),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const server = await createHttpServer({ logger, metrics, version: '1.2.3', maxBodyBytes: MAX_BODY_BYTES });
  t.after(() => server.close());
  await server.register(
    (api, _options, done) => {
      addRoutes(api);
      done();
    },
    { prefix: API_PREFIX },
  );
  return { server, logged };
}

function addRoutes(api: HttpServer): void {
  const params = Type.Object({ id: Type.String({ maxLength: 5 }) });
  const querystring = Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1 })) });
  const body = Type.Object({ price: Type.Number(), side: Type.Enum(['buy', 'sell']) });
  api.get('/things/:id', { schema: { params, querystring } }, ({ params: { id }, query }) => ({ id, ...query }));
  api.put('/things/:id', { schema: { params, body } }, (asked) => asked.body);
  api.get('/text', (_request, reply) => reply.type('text/plain').send(LONG_TEXT));
  api.get('/conflict', () => {
    throw new ConflictError('WRITE_CONFLICT', 'Another writer was quicker');
  });
  api.get('/busy', () => {
    throw new StoreError('DATABASE_BUSY', 'The file is locked', { retryAfterSeconds: 7 });
  });
  api.get('/bug', () => {
    throw new TypeError('no such field: password');
  });
}

const json = { 'content-type': 'application/json' };
const PUT = { method: 'PUT', url: '/api/v1/things/a', headers: json } as const;
const gzipped = { ...PUT, headers: { ...json, 'content-encoding': 'gzip' } };

test('every kind of error is a problem with its code, its status and the id of the request', async (t) => {
  const { server } = await aServer(t);
  const refusals = [
    [{ url: '/api/v1/things/a?limit=0' }, 400, 'INVALID_REQUEST', 'The query is not accepted: limit must be >= 1'],
    [{ url: '/api/v1/things/a?limt=1' }, 400, 'INVALID_REQUEST', 'The query is not accepted: unknown: limt'],
    [{ url: '/api/v1/text?limit=1' }, 400, 'INVALID_REQUEST', 'The query is not accepted: unknown: limit'],
    [{ url: '/api/v1/things/toolong' }, 400, 'INVALID_REQUEST', /^The path is not accepted: id must not have more/],
    [{ url: '/api/v1/things/%zz' }, 400, 'INVALID_REQUEST', /not a valid url component/],
    [{ url: `/api/v1/things/${'x'.repeat(500)}` }, 400, 'INVALID_REQUEST', /exceeding the max param length/],
    [{ ...PUT, payload: '{"price":' }, 400, 'INVALID_JSON', /^The body is not JSON/],
    [{ ...PUT, payload: '' }, 400, 'INVALID_JSON', /^The body is not JSON/],
    [{ ...PUT, payload: '{"__proto__":{"admin":true}}' }, 400, 'INVALID_JSON', /^The body is not JSON/],
    [
      { ...PUT, payload: ' '.repeat(MAX_BODY_BYTES + 1) },
      413,
      'BODY_TOO_LARGE',
      /^The body is larger than 10000 bytes/,
    ],
    [{ ...gzipped, payload: gzipSync(' '.repeat(5_000_000)) }, 413, 'BODY_TOO_LARGE', /^The body is larger/],
    [{ ...gzipped, payload: 'not gzip' }, 400, 'INVALID_REQUEST', /^Could not decompress/],
    [{ ...PUT, headers: { 'content-type': 'text/csv' }, payload: 'a,b' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /json/],
    [
      { ...PUT, headers: { ...json, 'content-encoding': 'lzma' }, payload: '{}' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /lzma/,
    ],
    [{ url: '/api/v1/nothing?a=1' }, 404, 'ROUTE_NOT_FOUND', /^There is no GET \/api\/v1\/nothing; .*\/docs$/],
    [{ url: '/api/v1/conflict' }, 409, 'WRITE_CONFLICT', 'Another writer was quicker'],
    [{ url: '/api/v1/busy' }, 503, 'DATABASE_BUSY', 'The file is locked'],
  ] as const;
  for (const [asked, status, code, detail] of refusals) {
    const answer = await server.inject(asked);
    const problem = answer.json<Record<string, unknown>>();
    assert.deepEqual([answer.statusCode, problem['status'], problem['code']], [status, status, code], asked.url);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    assert.equal(problem['type'], `urn:pocketquant:error:${code}`);
    assert.equal(problem['correlationId'], answer.headers['x-request-id'], asked.url);
    if (typeof detail === 'string') assert.equal(problem['detail'], detail);
    else assert.match(String(problem['detail']), detail);
  }
});

test('a body that is not accepted says every fault and where it is', async (t) => {
  const { server } = await aServer(t);
  const { errors } = (await server.inject({ ...PUT, payload: { price: 'ten', side: 'hold' } })).json<{
    errors: object[];
  }>();
  assert.deepEqual(errors, [
    { path: '/price', message: 'must be number' },
    { path: '/side', message: 'must be one of buy, sell' },
  ]);
});

test('an error says when to ask again', async (t) => {
  const { server } = await aServer(t);
  assert.equal((await server.inject('/api/v1/busy')).headers['retry-after'], '7');
  assert.equal((await server.inject('/api/v1/conflict')).headers['retry-after'], undefined);
});

test('the message of a bug goes to the log with its stack, and not to the caller', async (t) => {
  const { server, logged } = await aServer(t);
  const answer = await server.inject({ url: '/api/v1/bug', headers: { 'x-request-id': 'order-17' } });
  assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [500, 'INTERNAL']);
  assert.doesNotMatch(answer.body, /password/);
  const [entry = {}] = logged;
  assert.deepEqual([entry['level'], entry['correlationId'], entry['code']], [50, 'order-17', 'INTERNAL']);
  assert.match((entry['err'] as { stack: string }).stack, /no such field: password[\s\S]*http-server\.test\.ts/);
});

test('what the caller must change is logged as a warning', async (t) => {
  const { server, logged } = await aServer(t);
  for (const url of ['/api/v1/things/a?limit=0', '/api/v1/nothing']) await server.inject(url);
  assert.deepEqual(
    logged.map(({ level, code }) => [level, code]),
    [
      [40, 'INVALID_REQUEST'],
      [40, 'ROUTE_NOT_FOUND'],
    ],
  );
});

test('a sane request id is kept, any other replaced', async (t) => {
  const { server } = await aServer(t);
  const idFor = async (id: string) =>
    (await server.inject({ url: '/api/v1/things/a', headers: { 'x-request-id': id } })).headers['x-request-id'];
  assert.equal(await idFor('Order_17.b-2'), 'Order_17.b-2');
  for (const id of ['', 'x'.repeat(65), 'a b', 'a\tb', '<script>'])
    assert.match(String(await idFor(id)), /^[\da-f]{8}-[\da-f-]{27}$/, id);
});

test('text of query and path becomes what the schema wants, and what is in a body stays as it is', async (t) => {
  const { server } = await aServer(t);
  assert.deepEqual((await server.inject('/api/v1/things/17?limit=5')).json(), { id: '17', limit: 5 });
  assert.equal((await server.inject({ ...PUT, payload: { price: '5', side: 'buy' } })).statusCode, 400);
});

test('a gzipped body is read', async (t) => {
  const { server } = await aServer(t);
  const payload = gzipSync(JSON.stringify({ price: 1, side: 'buy' }));
  assert.deepEqual((await server.inject({ ...gzipped, payload })).json(), { price: 1, side: 'buy' });
});

test('a long answer is packed if the caller reads that, a short one never', async (t) => {
  const { server } = await aServer(t);
  const packed = async (url: string, encodings: string) =>
    server.inject({ url, headers: { 'accept-encoding': encodings } });
  const zstd = await packed('/api/v1/text', 'gzip, zstd');
  assert.equal(zstd.headers['content-encoding'], 'zstd');
  assert.equal(zstdDecompressSync(zstd.rawPayload).toString(), LONG_TEXT);
  assert.equal((await packed('/api/v1/text', 'gzip')).headers['content-encoding'], 'gzip');
  assert.equal((await packed('/api/v1/text', 'identity')).body, LONG_TEXT);
  assert.equal((await packed('/api/v1/things/a', 'gzip')).headers['content-encoding'], undefined);
});

test('the documents are OpenAPI 3.1 and name every route with its parameters', async (t) => {
  const { server } = await aServer(t);
  const { openapi, info, paths } = (await server.inject('/api/v1/openapi.json')).json<{
    openapi: string;
    info: object;
    paths: Record<string, Record<string, { parameters?: { in: string; name: string }[]; responses: object }>>;
  }>();
  assert.match(openapi, /^3\.1\.\d$/);
  assert.deepEqual(
    { ...info, description: undefined },
    { title: 'PocketQuant', version: '1.2.3', description: undefined },
  );
  assert.deepEqual(Object.keys(paths).sort(), [
    '/api/v1/bug',
    '/api/v1/busy',
    '/api/v1/conflict',
    '/api/v1/text',
    '/api/v1/things/{id}',
  ]);
  const { get: read, put } = paths['/api/v1/things/{id}'] ?? {};
  assert.deepEqual(read?.parameters?.map((parameter) => [parameter.in, parameter.name]).sort(), [
    ['path', 'id'],
    ['query', 'limit'],
  ]);
  assert.ok(put !== undefined && 'responses' in put && 'requestBody' in put);
});

test('the page of the documents needs nothing from elsewhere, and its policy lets it work over plain HTTP', async (t) => {
  const { server } = await aServer(t);
  const page = await server.inject('/docs/');
  const policy = String(page.headers['content-security-policy']);
  assert.match(policy, /script-src 'self'(;|$)/);
  // Browsers would fetch the page's own scripts by HTTPS, which is not there.
  assert.doesNotMatch(policy, /upgrade-insecure-requests/);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, link = '']) => new URL(link, 'http://here/docs/'),
  );
  assert.ok(links.length >= 5);
  for (const { host, pathname } of links) {
    assert.equal(host, 'here');
    assert.equal((await server.inject(pathname)).statusCode, 200, pathname);
  }
  assert.doesNotMatch(page.body, /<script>|<script [^>]*>[^<\s]/);
});

test('a body without an announced length is refused once it is too large, not read to its end', async (t) => {
  const { server } = await aServer(t);
  const url = await listen(server, '127.0.0.1', 0);
  const sending = request(`${url}/api/v1/things/a`, { method: 'PUT', headers: json });
  // The server closes while pieces are still on their way.
  sending.on('error', () => undefined);
  const piece = Buffer.alloc(100_000, ' ');
  let sentBytes = 0;
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  const sendOn = (): void => {
    if (sending.destroyed || sentBytes >= 100_000_000) return;
    sentBytes += piece.byteLength;
    sending.write(piece, sendOn);
  };
  sendOn();
  const [{ statusCode }] = await answered;
  sending.destroy();
  assert.equal(statusCode, 413);
  assert.ok(sentBytes < 50_000_000, `${sentBytes} bytes were taken`);
});

test('closing finishes what runs and waits for no idle connection', async (t) => {
  const { server } = await aServer(t);
  const released = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  server.get('/slow', async () => {
    begun.resolve();
    await released.promise;
    return { done: true };
  });
  const url = await listen(server, '127.0.0.1', 0);
  const agent = new Agent({ keepAlive: true });
  t.after(() => agent.destroy());
  const idle = get(`${url}/api/v1/things/a`, { agent });
  const [answer] = (await once(idle, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  const running = fetch(`${url}/slow`);
  await begun.promise;
  const closing = server.close().then(() => 'closed');
  assert.equal(await Promise.race([closing, setTimeout(50, 'waiting')]), 'waiting');
  await assert.rejects(fetch(`${url}/api/v1/things/a`), 'nobody else is let in');
  released.resolve();
  assert.deepEqual(await (await running).json(), { done: true });
  assert.equal(await Promise.race([closing, setTimeout(2_000, 'waiting')]), 'closed');
});

test('an address that cannot be had is told with what to do', async (t) => {
  const { server } = await aServer(t);
  const { server: second } = await aServer(t);
  const { port } = new URL(await listen(server, '127.0.0.1', 0));
  const inUse = { code: 'INVALID_CONFIG', message: new RegExp(`127.0.0.1:${port}.*choose another with --port`) };
  await assert.rejects(listen(second, '127.0.0.1', Number(port)), inUse);
  const { server: third } = await aServer(t);
  // 192.0.2.0/24 is kept for documents: no machine has it.
  await assert.rejects(listen(third, '192.0.2.1', 0), { code: 'INVALID_CONFIG', message: /this machine with --host/ });
});

test('a process that cannot keep up sends callers away for a while', async (t) => {
  const { server } = await aServer(t);
  server.get('/watched', { config: { isAlwaysAnswered: true } }, () => 'ok');
  const blockFor = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  // The first ends the period that is measured, so that the second makes up the next one alone.
  for (const ms of [1_100, 2_300]) {
    blockFor(ms);
    await setTimeout(1);
    await setImmediate();
  }
  const answer = await server.inject('/api/v1/things/a');
  assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [503, 'OVERLOADED']);
  assert.equal(answer.headers['retry-after'], '5');
  assert.equal(answer.json<{ correlationId: string }>().correlationId, answer.headers['x-request-id']);
  assert.equal((await server.inject('/watched')).statusCode, 200);
});
