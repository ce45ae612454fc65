import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { startServer } from '../../src/main/server.ts';
import { MAX_BODY_BYTES, attackBodies, barsBody } from '../support/attack-bodies.ts';
import { aFolder } from '../support/open-test-database.ts';

interface Answer {
  readonly status: number;
  readonly code: string | undefined;
  readonly bytes: number;
  readonly json: Record<string, unknown>;
}

interface World {
  send(method: string, path: string, body?: string | Buffer, headers?: Record<string, string>): Promise<Answer>;
}

async function aWorld(t: TestContext): Promise<World> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  return {
    async send(method, path, body, headers = {}) {
      const sent = body === undefined ? {} : { body, headers: { 'content-type': 'application/json', ...headers } };
      const response = await fetch(`${server.url}/api/v1${path}`, { method, ...sent });
      const text = await response.text();
      const isJson = /[/+]json(;|$)/.test(response.headers.get('content-type') ?? '');
      const json = (isJson ? JSON.parse(text) : {}) as Record<string, unknown>;
      return { status: response.status, code: json['code'] as string | undefined, bytes: text.length, json };
    },
  };
}

const BARS = '/bars/COINBASE:BTCUSD?interval=1m';
const MINUTE_MS = 60_000;
const timed = (minute: number, high = 0): string =>
  `{"openTime":${Date.UTC(2020, 0, 1) + minute * MINUTE_MS},"open":1,"high":${high},"low":1,"close":1}`;

test('what is small to send and costly to hold is refused with a short answer, plain and packed', async (t) => {
  const { send } = await aWorld(t);
  for (const { name, body, code } of attackBodies()) {
    assert.ok(body.length < MAX_BODY_BYTES, name);
    for (const [payload, headers] of [
      [body, {}],
      [gzipSync(body), { 'content-encoding': 'gzip' }],
    ] as const) {
      const answer = await send('PUT', BARS, payload, headers);
      assert.equal(answer.code, code, name);
      assert.ok(answer.bytes < 10_000, `${name}: ${answer.bytes} bytes`);
    }
  }
});

test('a call has 50,000 bars at most; an answer tells the first 1,000 that are rejected, and how many there are', async (t) => {
  const { send } = await aWorld(t);
  assert.equal(
    (
      await send(
        'PUT',
        BARS,
        barsBody(50_001, () => '1'),
      )
    ).code,
    'INVALID_REQUEST',
  );
  const bars = barsBody(12_000, (i) => timed(i, i < 10 ? 1 : 0));
  const { status, json, bytes } = await send('PUT', BARS, bars);
  const rejected = json['rejected'] as { index: number; code: string }[];
  assert.deepEqual([status, json['inserted'], json['rejectedCount'], rejected.length], [200, 10, 11_990, 1_000]);
  assert.deepEqual([rejected[0]?.index, rejected[0]?.code], [10, 'highLowOrder']);
  assert.ok(bytes < 300_000, `${bytes} bytes`);
});

test('a range that would take a gigabyte to count is refused, and a sync of it is not begun', async (t) => {
  const { send } = await aWorld(t);
  await send('PUT', '/symbols/NASDAQ:AAPL', '{}');
  for (const question of ['bars', 'coverage'])
    assert.equal(
      (await send('GET', `/${question}/NASDAQ:AAPL?interval=1m&from=0001-01-01&to=9999-12-31`)).code,
      'INVALID_RANGE',
    );
  const order = { instrumentId: 'SIM:X', interval: '1m', from: '0001-01-01' };
  assert.equal((await send('POST', '/sync', JSON.stringify(order))).code, 'INVALID_RANGE');
  assert.deepEqual((await send('GET', '/sync/status')).json, { series: [] });
});
