import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test, type TestContext } from 'node:test';
import Type from 'typebox';
import { rawRequest } from '../../../test/support/raw-request.ts';
import { createCache } from '../cache/index.ts';
import { createLogger } from '../logging/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import type { AllowedCallers } from './callers.ts';
import { API_PREFIX, createHttpServer, listen, type HttpServer } from './index.ts';

async function aServer(t: TestContext, callers?: AllowedCallers): Promise<HttpServer> {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(1),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const options = { logger: createLogger('silent'), metrics, version: '1', maxBodyBytes: 10_000 };
  const server = await createHttpServer({ ...options, ...(callers === undefined ? {} : { callers }) });
  t.after(() => server.close());
  await server.register(
    (api, _options, done) => {
      api.get('/things/:id', { schema: { params: Type.Object({ id: Type.String() }) } }, ({ params }) => params);
      api.put('/things/:id', { schema: { body: Type.Object({}) } }, () => ({ done: true }));
      api.post('/run', () => ({ done: true }));
      api.route({ method: 'GET', url: '/socket', handler: () => 'plain', wsHandler: (socket) => socket.close(1000) });
      done();
    },
    { prefix: API_PREFIX },
  );
  return server;
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly correlationId: string;
  readonly detail: string;
}

const THING = '/api/v1/things/a';

test('the server answers by its own names alone, whatever their port and case', async (t) => {
  const codes = async (callers: AllowedCallers | undefined, hosts: readonly string[]) => {
    const server = await aServer(t, callers);
    const answers = hosts.map((host) => server.inject({ url: THING, headers: { host } }));
    return (await Promise.all(answers)).map(({ statusCode }) => statusCode);
  };
  const loopback = ['localhost', 'LOCALHOST:8765', 'localhost.', '127.0.0.1:80', '127.9.9.9', '[::1]:8765'];
  const strange = [
    'evil.test',
    'evil.test:8765',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    'a@localhost',
    '[evil]',
  ];
  const addresses = ['192.168.1.10:8765', '[fe80::1]', '0.0.0.0'];
  assert.deepEqual(
    await codes(undefined, loopback),
    loopback.map(() => 200),
  );
  assert.deepEqual(
    await codes(undefined, [...strange, ...addresses]),
    [...strange, ...addresses].map(() => 421),
  );
  const open: AllowedCallers = { host: '0.0.0.0', hosts: ['quant.example.com'], origins: [] };
  const known = [...loopback, ...addresses, 'quant.example.com', 'Quant.Example.com:443'];
  assert.deepEqual(
    await codes(open, known),
    known.map(() => 200),
  );
  assert.deepEqual(
    await codes(open, [...strange, 'quant.example.com.evil.test']),
    [...strange, 1].map(() => 421),
  );
  assert.deepEqual(await codes({ ...open, host: 'desk' }, ['desk:8765', 'other']), [200, 421]);
});

test('a page of another origin is refused, whatever it asks and however', async (t) => {
  const server = await aServer(t);
  const host = 'localhost:8765';
  const statusOf = async (headers: Record<string, string>, method: 'GET' | 'POST' | 'OPTIONS' = 'GET') => {
    const url = method === 'POST' ? '/api/v1/run' : THING;
    const { statusCode } = await server.inject({ url, method, headers: { host, ...headers } });
    return statusCode;
  };
  assert.equal(await statusOf({ origin: 'http://localhost:8765' }), 200);
  assert.equal(await statusOf({ origin: 'http://localhost:8765' }, 'POST'), 200);
  assert.equal(await statusOf({ origin: 'https://localhost:8765' }), 200, 'a proxy speaks TLS');
  for (const origin of ['http://evil.test', 'http://localhost:3000', 'http://127.0.0.1:8765', 'null', 'file://', ''])
    for (const method of ['GET', 'POST', 'OPTIONS'] as const)
      assert.equal(await statusOf({ origin, 'access-control-request-method': 'PUT' }, method), 403, origin);
  for (const site of ['cross-site', 'same-site']) {
    assert.equal(await statusOf({ 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }), 403);
    assert.equal(await statusOf({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }), 200, 'a link is followed');
    assert.equal(await statusOf({ 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate' }, 'POST'), 403);
  }
  for (const site of ['same-origin', 'none']) assert.equal(await statusOf({ 'sec-fetch-site': site }, 'POST'), 200);
});

test('a refusal names the variable to set', async (t) => {
  const server = await aServer(t);
  const refused = async (headers: Record<string, string>) =>
    (await server.inject({ url: THING, headers })).json<Problem>();
  const name = await refused({ host: 'evil.test' });
  assert.deepEqual([name.status, name.code], [421, 'HOST_NOT_ALLOWED']);
  assert.match(name.detail, /"evil\.test".*POCKETQUANT_HOSTS/);
  const page = await refused({ origin: 'http://evil.test' });
  assert.deepEqual([page.status, page.code], [403, 'ORIGIN_NOT_ALLOWED']);
  assert.match(page.detail, /"http:\/\/evil\.test".*POCKETQUANT_ORIGINS/);
});

test('CORS is open to the origins that are listed, and to no other', async (t) => {
  const origin = 'https://charts.example.com';
  const server = await aServer(t, { host: '127.0.0.1', hosts: [], origins: [origin] });
  const read = await server.inject({ url: THING, headers: { origin, 'sec-fetch-site': 'cross-site' } });
  assert.deepEqual([read.statusCode, read.headers['access-control-allow-origin']], [200, origin]);
  assert.match(String(read.headers['vary']), /origin/);
  const missing = await server.inject({ url: '/api/v1/nothing', headers: { origin } });
  assert.deepEqual([missing.statusCode, missing.headers['access-control-allow-origin']], [404, origin]);
  const preflight = {
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'content-type',
  };
  const asked = await server.inject({ url: THING, method: 'OPTIONS', headers: preflight });
  assert.equal(asked.statusCode, 204);
  assert.match(String(asked.headers['access-control-allow-methods']), /PUT/);
  assert.match(String(asked.headers['access-control-allow-headers']), /content-type/);
  const other = await server.inject({ url: THING, headers: { origin: `${origin}.evil.test` } });
  assert.deepEqual([other.statusCode, other.headers['access-control-allow-origin']], [403, undefined]);
  const plain = await server.inject({ url: THING });
  assert.deepEqual([plain.statusCode, plain.headers['access-control-allow-origin']], [200, undefined]);
});

test('what a page may send to any site unasked is no body that is read', async (t) => {
  const server = await aServer(t);
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', undefined])
    for (const [method, url] of [
      ['POST', '/api/v1/run'],
      ['PUT', THING],
    ] as const) {
      const headers = type === undefined ? {} : { 'content-type': type };
      const { statusCode } = await server.inject({ url, method, headers, payload: Buffer.from('{}') });
      assert.equal(statusCode, 415, `${method} ${type}`);
    }
});

test('a known path answers other methods with those it has', async (t) => {
  const server = await aServer(t);
  for (const [method, url, allow] of [
    ['DELETE', THING, 'GET, HEAD, PUT'],
    ['PATCH', `${THING}?x=1`, 'GET, HEAD, PUT'],
    ['OPTIONS', THING, 'GET, HEAD, PUT'],
    ['QUERY', THING, 'GET, HEAD, PUT'],
    ['TRACE', '/api/v1/run', 'POST'],
    ['GET', '/api/v1/run', 'POST'],
    ['POST', '/docs/static/logo.svg', 'GET, HEAD'],
  ] as const) {
    const answer = await server.inject({ method: method as 'GET', url });
    assert.deepEqual([answer.statusCode, answer.json<Problem>().code], [405, 'METHOD_NOT_ALLOWED'], url);
    assert.equal(answer.headers['allow'], allow);
  }
  assert.equal((await server.inject({ method: 'DELETE', url: '/api/v1/nothing' })).statusCode, 404);
});

test('what no route sees is answered with a problem that has an id', async (t) => {
  const server = await aServer(t);
  const url = await listen(server, '127.0.0.1', 0);
  const get = (more: string): string => `GET ${THING} HTTP/1.1\r\n${more}\r\n`;
  const upgrade = 'Host: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n';
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';
  const socket = (headers: string): string => `GET /api/v1/socket HTTP/1.1\r\n${upgrade}${headers}\r\n`;
  for (const [bytes, status, code] of [
    ['no request at all\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['GET / HTTP/9.9\r\nHost: localhost\r\n\r\n', 400, 'INVALID_REQUEST'],
    ['WHAT / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, 'INVALID_REQUEST'],
    [get('Connection: close\r\n'), 400, 'INVALID_REQUEST'],
    [get('Host:\r\nConnection: close\r\n'), 421, 'HOST_NOT_ALLOWED'],
    [get('Host: localhost\r\nContent-Length: x\r\n'), 400, 'INVALID_REQUEST'],
    [get(`Host: localhost\r\nX: ${'x'.repeat(20_000)}\r\n`), 431, 'HEADERS_TOO_LARGE'],
    [get('Host: localhost\r\nExpect: everything\r\n'), 417, 'EXPECTATION_FAILED'],
    [socket(''), 400, 'INVALID_REQUEST'],
    [socket(key.replace('13', '7')), 426, 'UPGRADE_REQUIRED'],
    [socket(`${key}Origin: http://evil.test\r\n`), 403, 'ORIGIN_NOT_ALLOWED'],
    [socket(key).replace('localhost', 'evil.test'), 421, 'HOST_NOT_ALLOWED'],
    [socket(key).replace('/socket', '/nothing'), 404, 'ROUTE_NOT_FOUND'],
    [socket(key).replace('/socket', '/things/a'), 404, 'ROUTE_NOT_FOUND'],
  ] as const) {
    const answer = await rawRequest(url, bytes);
    assert.equal(answer.status, status, bytes);
    assert.match(answer.headers['content-type'] ?? '', /^application\/problem\+json/, bytes);
    const problem = JSON.parse(answer.body) as Problem;
    assert.deepEqual([problem.status, problem.code], [status, code], bytes);
    assert.match(problem.correlationId, /^[\da-f-]{36}$/);
    assert.equal(answer.headers['x-request-id'], problem.correlationId);
  }
});

test('a request that does not come to its end in time is told so', async (t) => {
  const server = await aServer(t);
  const url = await listen(server, '127.0.0.1', 0);
  const answer = rawRequest(url, 'GET / HTTP/1.1\r\nHost: localhost\r\n');
  const [socket] = await once(server.server, 'connection');
  // What Node does after two minutes.
  server.server.emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  const { status, body } = await answer;
  assert.deepEqual([status, (JSON.parse(body) as Problem).code], [408, 'REQUEST_TIMEOUT']);
});

test('what offers HTTP/2 on the way, as curl and Java do, is answered as it is', async (t) => {
  const server = await aServer(t);
  const url = await listen(server, '127.0.0.1', 0);
  const asking = request(url + THING, { headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c' } }).end();
  const [{ statusCode }] = (await once(asking, 'response')) as [{ statusCode: number }];
  assert.equal(statusCode, 200);
});
