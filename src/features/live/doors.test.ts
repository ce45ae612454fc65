import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeBinance } from '../../../test/support/fake-binance/index.ts';
import { aLiveBus } from '../../../test/support/live-bus.ts';
import { heldBars } from '../../../test/support/live-vendor.ts';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { until } from '../../../test/support/until.ts';
import { createCache } from '../../platform/cache/index.ts';
import { API_PREFIX, createHttpServer } from '../../platform/http/index.ts';
import { createLogger } from '../../platform/logging/index.ts';
import { createMetrics } from '../../platform/telemetry/index.ts';
import { createBinance } from '../../providers/binance/index.ts';
import { routeLive } from './doors.ts';

const BTC = 'BINANCE:BTCUSDT';
const NONE = 'BINANCE:NONESUCH';

/** Whatever of it a route answers. */
interface Answer {
  readonly code?: string;
  readonly createdAt?: string;
  readonly receivedAt?: string;
  readonly subscriptions?: readonly { readonly id: string; readonly refused: { readonly code: string } | null }[];
  readonly feeds?: readonly {
    readonly state: string;
    readonly instruments: readonly { readonly refused: unknown }[];
  }[];
}

/** The routes over a feed of a vendor that speaks Binance's protocol. */
async function aWorld(t: TestContext) {
  const fake = await startFakeBinance(t, { now: () => Date.now(), trades: { BTCUSDT: [] } });
  const binance = createBinance({ baseUrl: fake.url, wsUrl: fake.sockets.url, clock: () => Date.now() });
  const database = await openTestDatabase(t);
  const port = { ...heldBars([]), providers: new Map([['binance', binance]]) };
  const { bus, supervisor } = await aLiveBus(t, database, port);
  const metrics = createMetrics({
    databaseBytes: () => Promise.resolve(1),
    vendors: () => [],
    cache: createCache(0).state,
  });
  const server = await createHttpServer({ logger: createLogger('silent'), metrics, version: '1', maxBodyBytes: 9_999 });
  await server.register(
    (api, _options, done) => {
      routeLive(api, bus);
      done();
    },
    { prefix: API_PREFIX },
  );
  t.after(async () => {
    await server.close();
    await binance.close();
  });
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const url = `${API_PREFIX}${path}`;
    const answer = await server.inject({ method, url, ...(body === undefined ? {} : { payload: body }) });
    return { status: answer.statusCode, json: answer.body === '' ? {} : answer.json<Answer>() };
  };
  return { fake, call, supervisor, server };
}

test('a feed is subscribed to, started, asked and stopped, and refusals are shown', async (t) => {
  const { fake, call, supervisor } = await aWorld(t);
  supervisor.start();
  const made = await call('POST', '/subscriptions', { instrumentId: BTC, intervals: ['1m', '1h'] });
  assert.equal(made.status, 200);
  const { createdAt, ...subscription } = made.json;
  const expected = { id: `binance:${BTC}`, provider: 'binance', instrumentId: BTC, intervals: ['1m', '1h'] };
  assert.deepEqual(subscription, { ...expected, refused: null });
  assert.match(String(createdAt), /^\d{4}-.*Z$/);
  await call('POST', '/subscriptions', { instrumentId: NONE, provider: 'binance' });
  assert.equal((await call('POST', '/feed/start', { provider: 'binance' })).status, 200);
  await until(() => fake.subscribed().has('BTCUSDT'), 'the vendor hears of it');
  fake.book('BTCUSDT', { bid: 1, bidSize: 2, ask: 3, askSize: 4 });
  await until(() => supervisor.runningOf('binance', BTC)?.quote !== undefined, 'a quote');

  let quote = await call('GET', `/quotes/${BTC}`);
  for (const end = performance.now() + 2_500; quote.status !== 200 && performance.now() < end; await sleep(10))
    quote = await call('GET', `/quotes/${BTC}`);
  const { receivedAt: _, ...prices } = quote.json;
  const unknown = { last: null, lastSize: null, dayVolume: null, eventTime: null };
  const book = { bid: 1, bidSize: 2, ask: 3, askSize: 4 };
  assert.deepEqual(prices, { instrumentId: BTC, provider: 'binance', ...book, ...unknown });
  assert.deepEqual((await call('GET', '/quotes')).json, { quotes: [quote.json] });

  fake.trade('BTCUSDT', { tradeId: 1, eventTime: Date.now(), price: 9, size: 0.5 });
  await until(() => supervisor.runningOf('binance', BTC)?.openBars().length === 2, 'a bar');
  const bar = (await call('GET', `/quotes/${BTC}/current-bar?interval=1h`)).json;
  const sum = { open: 9, high: 9, low: 9, close: 9, volume: 0.5, state: 'open', interval: '1h', isPartial: true };
  assert.deepEqual({ ...bar, ...sum }, bar);

  const refusal = async () => {
    const { subscriptions = [] } = (await call('GET', '/subscriptions?provider=binance')).json;
    return subscriptions.find(({ id }) => id === `binance:${NONE}`)?.refused ?? undefined;
  };
  let refused = await refusal();
  for (const end = performance.now() + 2_500; refused === undefined && performance.now() < end; await sleep(10))
    refused = await refusal();
  assert.equal(refused?.code, 'PROVIDER_SYMBOL_UNKNOWN');
  const { feeds = [] } = (await call('GET', '/feed')).json;
  assert.deepEqual(
    feeds[0].instruments.map((one) => one.refused),
    [null, refused],
  );

  const { json: stopped } = await call('POST', '/feed/stop', { provider: 'binance' });
  assert.deepEqual(
    stopped.feeds?.map(({ state }) => state),
    ['stopped'],
  );
  await until(() => fake.sockets.open === 0, 'the connection is closed');
});

test('ending a subscription is 204 as often as one likes', async (t) => {
  const { call } = await aWorld(t);
  await call('POST', '/subscriptions', { instrumentId: BTC });
  for (let i = 0; i < 2; i++) {
    const { status, json } = await call('DELETE', `/subscriptions/${encodeURIComponent(`binance:${BTC}`)}`);
    assert.deepEqual([status, json], [204, {}]);
  }
  assert.deepEqual((await call('GET', '/subscriptions')).json, { subscriptions: [] });
});

test('what is not well asked is a problem with a code', async (t) => {
  const { call } = await aWorld(t);
  for (const [method, path, body, status, code] of [
    ['POST', '/feed/start', { provider: 'nobody' }, 400, 'UNKNOWN_PROVIDER'],
    ['POST', '/feed/start', {}, 400, 'INVALID_REQUEST'],
    ['POST', '/subscriptions', { instrumentId: BTC, intervals: ['7m'] }, 400, 'INVALID_REQUEST'],
    ['POST', '/subscriptions', { instrumentId: BTC, intervals: [] }, 400, 'INVALID_REQUEST'],
    ['GET', `/quotes/${BTC}`, undefined, 404, 'QUOTE_NOT_FOUND'],
    ['GET', `/quotes/${BTC}/current-bar?interval=1m`, undefined, 404, 'CURRENT_BAR_NOT_FOUND'],
    ['GET', `/quotes/${BTC}/current-bar`, undefined, 400, 'INVALID_REQUEST'],
  ] as const) {
    const answer = await call(method, path, body);
    assert.deepEqual([answer.status, answer.json.code], [status, code], `${method} ${path}`);
  }
});

test('every route is described, with what it answers', async (t) => {
  const { server } = await aWorld(t);
  const { paths } = (await server.inject(`${API_PREFIX}/openapi.json`)).json<{
    paths: Record<string, Record<string, { tags: string[]; responses: Record<string, object> }>>;
  }>();
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(
      ([method, { tags, responses }]) => `${method} ${path} ${tags.join()} ${Object.keys(responses)[0]}`,
    ),
  );
  assert.deepEqual(described.map((line) => line.replace(API_PREFIX, '')).sort(), [
    'delete /subscriptions/{id} live 204',
    'get /feed live 200',
    'get /quotes live 200',
    'get /quotes/{instrumentId} live 200',
    'get /quotes/{instrumentId}/current-bar live 200',
    'get /subscriptions live 200',
    'post /feed/start live 200',
    'post /feed/stop live 200',
    'post /subscriptions live 200',
  ]);
});
