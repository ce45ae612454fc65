import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { aFakedClock } from '../support/a-faked-clock.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ID = 'SIM:ONE';

async function send(method: string, url: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method, body: JSON.stringify(body), headers });
  assert.ok(answer.ok, `${method} ${url}: ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
}

// What servers answer is looked at here, and no type tells its shape.
async function get<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

async function untilSo(isSo: () => Promise<boolean>, what: string, withinMs: number): Promise<void> {
  for (const end = performance.now() + withinMs; !(await isSo());) {
    assert.ok(performance.now() < end, `not within ${withinMs} ms: ${what}`);
    await pause(100);
  }
}

/** A vendor that counts how often it was asked, and answers when the test lets it. */
async function aSlowVendor(t: TestContext) {
  let asked = 0;
  const server = createServer(() => asked++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { variables: { POCKETQUANT_BINANCE_URL: url }, asked: () => asked };
}

const bar = { openTime: '2020-01-01T00:00:00Z', open: 1, high: 1, low: 1, close: 1 };

const put = (api: string, id: string): Promise<unknown> =>
  send('PUT', `${api}/bars/${id}?interval=1m`, { provider: 'test', state: 'final', bars: [bar] });

const isFound = async (api: string, id: string): Promise<boolean> =>
  (await get<{ symbols: { instrumentId: string; series: unknown[] }[] }>(`${api}/symbols`)).symbols.some(
    ({ instrumentId, series }) => instrumentId === id && series.length > 0,
  );

const feedOf = async (api: string) =>
  (await get<{ feeds: { state: string; instruments: { isStale: boolean }[] }[] }>(`${api}/feed`)).feeds[0];

test('a day ahead, killed, and started on the right clock: all is published, and jobs and feeds go on', async (t) => {
  const vendor = await aSlowVendor(t);
  const databaseUrl = `file:${join(aFolder(t), 'clock.db')}`;
  const ahead = await aServingProcess(t, databaseUrl, { ...vendor.variables, ...aFakedClock(t, DAY_MS).variables });
  const before = `${ahead.url}/api/v1`;
  await send('POST', `${before}/subscriptions`, { instrumentId: ID, intervals: ['1s'], provider: 'simulated' });
  await send('POST', `${before}/feed/start`, { provider: 'simulated' });
  await untilSo(async () => (await feedOf(before)).state === 'live', 'the feed lives', 10_000);
  const order = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m', provider: 'binance', from: '2024-01-01' };
  const { id } = await send('POST', `${before}/sync`, order);
  await untilSo(() => Promise.resolve(vendor.asked() > 0), 'the job runs', 10_000);
  await put(before, 'TEST:FIRST');
  await untilSo(() => isFound(before, 'TEST:FIRST'), 'it is published', 5_000);
  await put(before, 'TEST:LAST');
  await ahead.stop('SIGKILL');

  const askedBefore = vendor.asked();
  const right = await aServingProcess(t, databaseUrl, vendor.variables);
  const api = `${right.url}/api/v1`;
  assert.notEqual((await feedOf(api)).state, undefined);
  await put(api, 'TEST:NEW');
  await untilSo(async () => (await isFound(api, 'TEST:LAST')) && (await isFound(api, 'TEST:NEW')), 'published', 10_000);
  await untilSo(async () => (await feedOf(api)).state === 'live', 'the feed lives', 10_000);
  await untilSo(() => Promise.resolve(vendor.asked() > askedBefore), 'the job goes on', 25_000);
  const { attempts } = await get<{ attempts: number }>(`${api}/jobs/${String(id)}`);
  assert.equal(attempts, 2);
  assert.match(right.logged(), /is ahead of this machine's clock/);
  assert.equal((await right.stop()).exitCode, 0);
});

test('an hour back under a running server: bars are stored, the quote is of now, and the jump is told', async (t) => {
  const clock = aFakedClock(t);
  const server = await aServingProcess(t, `file:${join(aFolder(t), 'clock.db')}`, clock.variables);
  const api = `${server.url}/api/v1`;
  await send('POST', `${api}/subscriptions`, { instrumentId: ID, intervals: ['1s'], provider: 'simulated' });
  await send('POST', `${api}/feed/start`, { provider: 'simulated' });
  const newestBar = async (): Promise<number> => {
    const answer = await fetch(`${api}/bars/${ID}/latest?interval=1s`);
    return answer.ok ? Date.parse(((await answer.json()) as { openTime: string }).openTime) : 0;
  };
  await untilSo(async () => (await newestBar()) > 0, 'a bar is stored', 20_000);

  clock.set(-HOUR_MS);
  const barsBack = async (): Promise<number> => {
    const [from, to] = [-HOUR_MS - 60_000, -HOUR_MS + 60_000].map((ms) => new Date(Date.now() + ms).toISOString());
    const range = `interval=1s&from=${from}&to=${to}`;
    return (await get<{ bars: unknown[] }>(`${api}/bars/${ID}?${range}`)).bars.length;
  };
  await untilSo(async () => (await barsBack()) > 0, 'bars are stored again', 30_000);
  const quote = await get<{ receivedAt: string; eventTime: string }>(`${api}/quotes/${ID}`);
  for (const time of [quote.receivedAt, quote.eventTime])
    assert.ok(Math.abs(Date.parse(time) - (Date.now() - HOUR_MS)) < 10_000, `${time} is an hour ago`);
  const { state, instruments } = await feedOf(api);
  assert.deepEqual([state, instruments[0].isStale], ['live', false]);
  const { clock: told } = await get<{ clock: { jumps: number; lastJump: { byMs: number } } }>(`${server.url}/health`);
  assert.equal(told.jumps, 1);
  assert.ok(Math.abs(told.lastJump.byMs + HOUR_MS) < 2_000);
  assert.match(server.logged(), /clock was set/);
  const ended = await server.stop();
  assert.equal(ended.exitCode, 0, ended.logged);
});
