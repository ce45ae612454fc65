import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { openDatabase } from '../../src/platform/database/index.ts';
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
  const attacks = attackBodies().map((attack) => ({ ...attack, packed: gzipSync(attack.body) }));
  const { send } = await aWorld(t); // once all is made, which takes the loop from the server too
  for (const { name, body, packed, code } of attacks) {
    assert.ok(body.length < MAX_BODY_BYTES, name);
    for (const [payload, headers] of [
      [body, {}],
      [packed, { 'content-encoding': 'gzip' }],
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

test('texts with control characters are refused wherever they are stored', async (t) => {
  const { send } = await aWorld(t);
  for (const text of ['a\0b', 'a\nb', '\x7f', '\x9b'])
    for (const details of [{ name: text }, { aliases: [text] }]) {
      const { status, json } = await send('PUT', '/symbols/A:B', JSON.stringify(details));
      assert.equal(status, 400);
      assert.match(String(json['detail']), /without control characters/);
    }
  assert.equal((await send('PUT', '/symbols/A:B', JSON.stringify({ name: 'Bitcoin — ビット 😀' }))).status, 200);
  assert.equal((await send('DELETE', '/subscriptions/a%00b')).status, 400);
  assert.equal((await send('GET', '/symbols?query=%00')).status, 200);
});

test('an openTime that no clock shows is rejected with the bar, by every door, and the sound bars are stored', async (t) => {
  const { send } = await aWorld(t);
  const times = [
    '9e15',
    '-9e15',
    '1e308',
    '-1e308',
    '253402300800000',
    '9007199254740993',
    '"9999-12-31T23:59:59.999Z"',
  ];
  for (const interval of ['1s', '1m', '1h', '1d', '1w', '1M'])
    for (const time of times) {
      const bar = timed(0, 1).replace(/"openTime":\d+/, `"openTime":${time}`);
      const path = `/bars/COINBASE:T${time.length}?interval=${interval}`;
      const sound = timed(-2 * 1_440, 1).replace(/"openTime":\d+/, '"openTime":"2018-01-01"');
      const { status, json } = await send('PUT', path, `{"provider":"t","state":"final","bars":[${sound},${bar}]}`);
      assert.equal(status, 200, `${interval} ${time}`);
      const { inserted, unchanged, rejectedCount } = json as Record<string, number>;
      assert.ok((inserted ?? 0) + (unchanged ?? 0) >= 1 && (rejectedCount ?? 0) <= 1, `${interval} ${time}`);
      const created = await send('POST', path, `{"provider":"t","state":"final","bar":${bar}}`);
      assert.ok(created.status < 500, `${interval} ${time}`);
    }
});

test('what is observed in the future is refused, but for what clocks may differ', async (t) => {
  const { send } = await aWorld(t);
  const call = (field: string, observedAt: number) =>
    `{"provider":"t","state":"final","observedAt":${observedAt},"${field}":${field === 'bar' ? timed(1, 1) : `[${timed(0, 1)}]`}}`;
  for (const [method, field, created] of [
    ['PUT', 'bars', 200],
    ['POST', 'bar', 201],
  ] as const) {
    const refused = await send(method, BARS, call(field, Date.now() + 3_600_000));
    assert.deepEqual([refused.status, (refused.json['errors'] as { path: string }[])[0]?.path], [400, '/observedAt']);
    assert.equal((await send(method, BARS, call(field, Date.now() + 2_000))).status, created);
  }
  const now = encodeURIComponent(new Date().toISOString());
  assert.equal((await send('GET', `/bars/COINBASE:BTCUSD/latest?interval=1m&asOf=${now}`)).status, 200);
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

test('a damaged chunk is told in every format: before the first byte with its code, later by a broken connection', async (t) => {
  const file = join(aFolder(t), 'damaged.db');
  const server = await startServer({ databaseUrl: `file:${file}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const body = `{"provider":"test","state":"final","bars":[${[0, 1, 2, 3].map((day) => timed(day * 1_440, 1)).join()}]}`;
  const url = `${server.url}/api/v1${BARS}`;
  await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  const database = await openDatabase(`file:${file}`);
  t.after(() => database.close());
  const damage = (day: string): Promise<unknown> =>
    database
      .collection<{ _id: string; bars: Uint8Array }>('chunks')
      .updateOne({ _id: `COINBASE:BTCUSD/1m/${day}` }, { $set: { bars: new Uint8Array([9, 9, 9]) } });
  await damage('2020-01-01');
  for (const format of ['json', 'columns', 'ndjson', 'csv', 'arrow', 'parquet'])
    for (const encoding of ['identity', 'gzip']) {
      const answer = await fetch(`${url}&format=${format}`, { headers: { 'accept-encoding': encoding } });
      assert.equal(answer.status, 503, format);
      assert.equal(((await answer.json()) as { code: string }).code, 'CHUNK_DAMAGED', format);
    }
});
