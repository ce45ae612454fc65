import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { createCache } from '../cache/index.ts';
import { StoreError } from '../errors/index.ts';
import { createLogger } from '../logging/index.ts';
import { createMetrics } from '../telemetry/index.ts';
import { createHttpServer, routeOperations, type HttpServer } from './index.ts';

async function aServer(t: TestContext, ping: () => Promise<string>, cache = createCache(0).state): Promise<HttpServer> {
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(123),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const server = await createHttpServer({
    logger: createLogger('silent'),
    metrics,
    version: '1.2.3',
    maxBodyBytes: 1_000,
  });
  t.after(() => server.close());
  let nowMs = 5_000;
  routeOperations(server, {
    vendors: () => [
      {
        name: 'binance',
        breaker: 'open',
        queued: 3,
        room: { windowMs: 60_000, most: 1_200, left: 7 },
        pausedUntil: Date.parse('2024-01-01'),
        clock: 'skewed',
        clockSkewMs: 90_000,
      },
      { name: 'yahoo', breaker: 'closed', queued: 0, pausedUntil: undefined, clock: 'unknown', clockSkewMs: undefined },
    ],
    version: '1.2.3',
    elapsed: () => (nowMs += 90_000),
    checks: [{ name: 'database', check: ping }],
    metrics,
    storage: () => Promise.resolve({ bytes: 4_096, series: 2, bars: 1_000 }),
    cache,
    clock: () => ({ jumps: 2, lastJump: { at: Date.parse('2024-01-01'), byMs: -3_600_000 } }),
  });
  return server;
}

test('a process whose checks pass is ready, and says for how long it has run', async (t) => {
  const server = await aServer(t, () => Promise.resolve('embedded at ./a.db'));
  assert.deepEqual((await server.inject('/health')).json(), {
    status: 'ok',
    version: '1.2.3',
    uptimeSeconds: 90,
    checks: [{ name: 'database', ok: true, detail: 'embedded at ./a.db' }],
    cache: { entries: 0, bytes: 0, hits: 0, misses: 0, shared: 'off' },
    clock: { jumps: 2, lastJump: { at: '2024-01-01T00:00:00.000Z', byMs: -3_600_000 } },
    providers: [
      {
        name: 'binance',
        breaker: 'open',
        queued: 3,
        room: { windowMs: 60_000, most: 1_200, left: 7 },
        pausedUntil: '2024-01-01T00:00:00.000Z',
        clock: 'skewed',
        clockSkewMs: 90_000,
      },
      {
        name: 'yahoo',
        breaker: 'closed',
        queued: 0,
        room: null,
        pausedUntil: null,
        clock: 'unknown',
        clockSkewMs: null,
      },
    ],
    storage: { bytes: 4_096, series: 2, bars: 1_000 },
  });
  assert.equal((await server.inject('/health/ready')).statusCode, 200);
});

test('a process without its database is alive and not ready, and says why', async (t) => {
  const server = await aServer(t, () => Promise.reject(new Error('The server does not answer')));
  const ready = await server.inject('/health/ready');
  const { status, checks } = ready.json<{ status: string; checks: object[] }>();
  assert.deepEqual([ready.statusCode, status], [503, 'unavailable']);
  assert.deepEqual(checks, [{ name: 'database', ok: false, detail: 'The server does not answer' }]);
  const full = await server.inject('/health');
  assert.deepEqual([full.statusCode, full.json<{ storage: unknown }>().storage], [503, null]);
  assert.deepEqual((await server.inject('/health/live')).json(), { status: 'ok' });
});

test('metrics count answers by route, and strangers under one name', async (t) => {
  const server = await aServer(t, () => Promise.resolve('ok'));
  for (const url of ['/health/live', '/health/live', '/x1', '/x2']) await server.inject(url);
  const { headers, body } = await server.inject('/metrics');
  assert.match(String(headers['content-type']), /^text\/plain/);
  const counts = body.split('\n').filter((line) => line.startsWith('pocketquant_http_request_seconds_count'));
  assert.deepEqual(counts.sort(), [
    'pocketquant_http_request_seconds_count{route="/health/live",method="GET",status="200"} 2',
    'pocketquant_http_request_seconds_count{route="unknown",method="GET",status="404"} 2',
  ]);
});

test('health that cannot be told is a problem, not a report', async (t) => {
  const server = await aServer(
    t,
    () => Promise.resolve('here'),
    () => {
      throw new StoreError('OVERLOADED', 'Too much is going on');
    },
  );
  const answer = await server.inject('/health');
  assert.deepEqual([answer.statusCode, answer.json<{ code: string }>().code], [503, 'OVERLOADED']);
});
