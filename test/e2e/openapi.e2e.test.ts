import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import Type from 'typebox';
import { startServer, type RunningServer } from '../../src/main/server.ts';
import { createCache } from '../../src/platform/cache/index.ts';
import { createHttpServer } from '../../src/platform/http/index.ts';
import { createLogger } from '../../src/platform/logging/index.ts';
import { createMetrics } from '../../src/platform/telemetry/index.ts';
import { deviations, patternsWithoutWords, undocumented, type ApiDocument } from '../support/api-document.ts';
import { aFolder } from '../support/open-test-database.ts';
import { until } from '../support/until.ts';

interface World {
  readonly server: RunningServer;
  readonly document: ApiDocument;
  /** Asks, and requires that the answer is as the document says, with this status. */
  check(status: number, path: string, method?: string, body?: unknown): Promise<Record<string, unknown>>;
}

async function aWorld(t: TestContext): Promise<World> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'api.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const document = (await (await fetch(`${server.url}/api/v1/openapi.json`)).json()) as ApiDocument;
  return {
    server,
    document,
    async check(status, path, method = 'GET', body) {
      const sent =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const response = await fetch(server.url + path, { method, ...sent });
      const text = await response.text();
      const contentType = response.headers.get('content-type') ?? '';
      assert.equal(response.status, status, `${method} ${path}: ${text.slice(0, 300)}`);
      const { pathname } = new URL(path, server.url);
      const told = deviations(document, { method, path: pathname, status, contentType, text });
      assert.deepEqual(told, [], `${method} ${path}`);
      return /[/+]json(;|$)/.test(contentType) ? (JSON.parse(text) as Record<string, unknown>) : {};
    },
  };
}

test('every route says what it is called and answers, success and problem, and what texts look like', async (t) => {
  const { document } = await aWorld(t);
  assert.ok(Object.keys(document.paths).length > 25);
  assert.deepEqual(undocumented(document), []);
  assert.deepEqual(patternsWithoutWords(document), []);
  const names = Object.values(document.paths).flatMap((routes) =>
    Object.values(routes).map(({ operationId }) => operationId ?? assert.fail('a route has no operationId')),
  );
  assert.equal(new Set(names).size, names.length, 'no two routes are called the same');
});

test('a route that does not say what it answers is found', async (t) => {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(1),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const server = await createHttpServer({ logger: createLogger('silent'), metrics, version: '1', maxBodyBytes: 1_000 });
  t.after(() => server.close());
  server.get('/silent', () => 'text');
  server.get('/half', { schema: { response: { 200: { content: { 'text/plain': { schema: {} } } } } } }, () => 'text');
  server.get('/said', { schema: { response: { 200: Type.Object({ ok: Type.Boolean() }) } } }, () => ({ ok: true }));
  await server.ready();
  const document = (await server.inject('/api/v1/openapi.json')).json<ApiDocument>();
  assert.deepEqual(undocumented(document), ['get /silent: success', 'get /half: success']);
  const answer = { method: 'GET', path: '/said', status: 200, contentType: 'application/json' };
  assert.deepEqual(deviations(document, { ...answer, text: '{"ok":true}' }), []);
  assert.notDeepEqual(deviations(document, { ...answer, text: '{"ok":"yes"}' }), []);
  assert.notDeepEqual(deviations(document, { ...answer, text: '{"ok":true,"more":1}' }), []);
});

const PRICES = { open: 1, high: 1, low: 1, close: 1 };
const bar = (minute: number) => ({ ...PRICES, openTime: Date.UTC(2020, 0, 2, 15, minute) });

test('answers about bars are what the documents say, stored and derived, as objects and as columns', async (t) => {
  const { check } = await aWorld(t);
  const bars = '/api/v1/bars/NASDAQ:AAPL';
  const minutes = [0, 1, 2, 4, 5, 6, 7, 8, 9, 17].map(bar);
  const rejected = [{ ...bar(3), close: 9 }, { ...bar(10), volume: 'much' }, 'no bar'];
  const sent = { provider: 'test', state: 'final', bars: [...minutes, ...rejected] };
  const outcome = await check(200, `${bars}?interval=1m`, 'PUT', sent);
  assert.equal((outcome['rejected'] as object[]).length, 3);
  await check(201, `${bars}?interval=1m`, 'POST', {
    provider: 'test',
    state: 'final',
    bar: { ...bar(18), volume: 2.5 },
  });
  await check(409, `${bars}?interval=1m`, 'POST', { provider: 'test', state: 'final', bar: bar(18) });
  const range = 'from=2020-01-02T14:00&to=2020-01-02T17:00';
  for (const format of ['json', 'columns'])
    for (const interval of ['1m', '5m', '1h', '1d', '1s'])
      for (const more of ['', '&limit=1', '&align=session', '&asOf=2019-01-01', '&minState=final&order=desc']) {
        const status = interval === '1s' && more === '&align=session' ? 400 : 200;
        await check(status, `${bars}?interval=${interval}&${range}&format=${format}${more}`);
      }
  for (const format of ['ndjson', 'csv', 'arrow', 'parquet']) await check(200, `${bars}?interval=1m&format=${format}`);
  await check(200, `${bars}/latest?interval=1m`);
  await check(200, `${bars}/revisions?interval=1m&openTime=2020-01-02T15:00`);
  await check(200, `${bars}/revisions?interval=1m&from=2020-01-02&to=2020-01-03`);
  await check(400, `${bars}/revisions?interval=1m&from=2020-01-02`);
  await check(400, `${bars}/revisions?interval=1m&from=2020-01-02&to=2020-01-03&openTime=2020-01-02`);
  await check(200, '/api/v1/quarantine?limit=1');
  await check(200, '/api/v1/quarantine?instrumentId=NASDAQ:AAPL&interval=1m');
  await check(200, `/api/v1/coverage/NASDAQ:AAPL?interval=1m&${range}`);
  await check(200, '/api/v1/coverage?interval=1m&from=2020-01-01&to=2020-01-04');
  await check(200, '/api/v1/changes');
  await check(200, `${bars}?interval=1m&${range}`, 'DELETE');
  await check(404, `${bars}/latest?interval=1m`);
  for (const query of ['', '?interval=1m&limit=0', '?interval=1m&from=2020-01-02&to=2020-01-01', '?interval=1m&x=1'])
    await check(400, `${bars}${query}`);
  await check(404, '/api/v1/bars/NO:THING?interval=1m');
  await check(400, `${bars}?interval=1m`, 'PUT', { provider: 'test' });
});

test('answers to files are what the documents say', async (t) => {
  const { server, document, check } = await aWorld(t);
  const csv = 'time,open,high,low,close\n2024-01-02T00:00:00Z,1.5,2,1,2\n2024-01-02T00:01:00Z,1.5,2,1,2\nx,1,2,1,2\n';
  const whole = 'instrumentId=COINBASE:BTCUSD';
  const named = 'name={exchange}_{symbol}&fileName=COINBASE_ETHUSD.csv';
  for (const [query, status] of [
    [whole, 200],
    [`${whole}&preview=true`, 200],
    [named, 200],
    [`${named}&preview=true`, 200],
    ['name={symbol}&exchange=A&fileName=B.csv&interval=1h', 200],
    [`${whole}&job=true`, 202],
    ['', 400],
  ] as const) {
    const path = `/api/v1/imports?${query}`;
    const response = await fetch(server.url + path, { method: 'POST', body: csv });
    const text = await response.text();
    const contentType = response.headers.get('content-type') ?? '';
    assert.equal(response.status, status, text);
    const answer = { method: 'POST', path: '/api/v1/imports', status, contentType, text };
    assert.deepEqual(deviations(document, answer), [], `${query}: ${text}`);
  }
  const ofJob = async () =>
    ((await check(200, '/api/v1/jobs'))['jobs'] as { endedAt: string | null; outcome: object }[])[0];
  await until(async () => (await ofJob())?.endedAt !== null, 'the end of the job');
  assert.ok((await ofJob())?.outcome);
});

test('the other answers are what the documents say', async (t) => {
  const { check } = await aWorld(t);
  await check(200, '/api/v1/symbols/SIM:BTCUSD', 'PUT', { name: 'Bitcoin', listedFrom: 1_577_836_800, aliases: ['b'] });
  await check(200, '/api/v1/symbols/SIM:BTCUSD');
  await check(200, '/api/v1/symbols');
  await check(400, '/api/v1/symbols?exchange=s%20m');
  await check(400, '/api/v1/symbols?provider=nobody&query=b');
  const order = { instrumentId: 'SIM:BTCUSD', interval: '1d', from: '2024-01-01', to: '2024-02-01' };
  const { id } = await check(200, '/api/v1/sync?wait=true', 'POST', order);
  await check(202, '/api/v1/sync/bulk', 'POST', { orders: [order, { ...order, provider: 'nobody' }] });
  await check(200, '/api/v1/sync/status');
  await check(200, '/api/v1/sync/status/SIM:BTCUSD');
  await check(200, '/api/v1/jobs?state=completed&limit=1');
  await check(204, '/api/v1/sync/status/SIM:BTCUSD?interval=1m', 'DELETE');
  await check(200, '/api/v1/jobs');
  await check(200, `/api/v1/jobs/${String(id)}`);
  await check(409, `/api/v1/jobs/${String(id)}/cancel`, 'POST');
  await check(404, '/api/v1/jobs/00000000-0000-0000-0000-000000000000');
  await check(200, '/api/v1/schedules');
  await check(200, '/api/v1/providers');
  await check(200, '/api/v1/configuration');
  await check(404, '/api/v1/schedules/none/run', 'POST');
  await check(200, '/api/v1/subscriptions', 'POST', { instrumentId: 'SIM:BTCUSD', intervals: ['1m'] });
  await check(200, '/api/v1/feed/start', 'POST', { provider: 'simulated' });
  await check(200, '/api/v1/feed');
  await check(200, '/api/v1/subscriptions');
  await check(200, '/api/v1/quotes');
  await check(404, '/api/v1/quotes/NO:THING');
  await check(404, '/api/v1/quotes/NO:THING/current-bar?interval=1m');
  await check(200, '/api/v1/feed/stop', 'POST', { provider: 'simulated' });
  await check(204, '/api/v1/subscriptions/simulated:SIM:BTCUSD', 'DELETE');
  await check(426, '/api/v1/stream');
  await check(400, '/api/v1/stream/sse?topics=all');
  for (const path of ['/health', '/health/live', '/health/ready', '/metrics']) await check(200, path);
});
