import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { tableFromIPC } from 'apache-arrow';
import { parquetReadObjects } from 'hyparquet';
import { open } from '../../src/main/library.ts';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const ALL = 'trades,turnover,vwap,openInterest,provider,observedAt';
const SERIES = '/api/v1/bars/COINBASE:BTCUSD';

interface Answered {
  readonly bars: readonly Record<string, unknown>[];
  readonly columns: Record<string, unknown>;
}

/** A minute bar of 2020; its average price is its price. */
const bar = (minute: number, price: number, told: object = {}) => ({
  openTime: `2020-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 2,
  ...told,
});

async function aServer(t: TestContext) {
  const database = `file:${join(aFolder(t), 'fields.db')}`;
  const server = await startServer({ databaseUrl: database, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const ask = async (path: string): Promise<Answered> => {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 200, path);
    return (await response.json()) as Answered;
  };
  const put = async (bars: readonly object[], provider = 'test') => {
    const response = await fetch(`${server.url}${SERIES}?interval=1m`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ provider, state: 'final', bars }),
    });
    assert.equal(response.status, 200);
    return (await response.json()) as { inserted: number; changed: number; unchanged: number; rejected: object[] };
  };
  return { url: server.url, database, ask, put };
}

const BARS = [bar(0, 10, { trades: 3, turnover: 20, openInterest: 7 }), bar(1, 10, { trades: 4 }), bar(2, 10)];
const EXPECTED = [
  { trades: 3, turnover: 20, vwap: 10, openInterest: 7, provider: 'test' },
  { trades: 4, turnover: null, vwap: null, openInterest: null, provider: 'test' },
  { trades: null, turnover: null, vwap: null, openInterest: null, provider: 'test' },
];

test('every format of GET /bars has the fields that are asked for, and none where none are', async (t) => {
  const { url, ask, put } = await aServer(t);
  assert.equal((await put(BARS)).inserted, 3);
  const range = 'interval=1m&from=2020-01-01&to=2020-01-01T00:03';
  const chosen = ({ observedAt, ...row }: Record<string, unknown>) => {
    assert.ok(new Date(observedAt as string).getTime() > Date.UTC(2026, 0), String(observedAt));
    return Object.fromEntries(Object.keys(EXPECTED[0]).map((name) => [name, row[name]]));
  };
  const plain = await (await fetch(`${url}${SERIES}?${range}`)).text();
  assert.doesNotMatch(plain, /trades|turnover|provider/);
  const asked = `${SERIES}?${range}&fields=${ALL}`;
  assert.deepEqual((await ask(asked)).bars.map(chosen), EXPECTED);
  assert.deepEqual((await ask(asked)).bars.map(chosen), EXPECTED, 'from the cache');
  const { columns } = await ask(`${asked}&format=columns`);
  assert.deepEqual(
    [columns['trades'], columns['vwap'], columns['provider']],
    [
      [3, 4, null],
      [10, null, null],
      [0, 0, 0],
    ],
  );
  const bytes = async (format: string) =>
    new Uint8Array(await (await fetch(`${url}${asked}&format=${format}`)).arrayBuffer());
  const lines = Buffer.from(await bytes('ndjson'))
    .toString()
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => chosen(JSON.parse(line) as Record<string, unknown>)),
    EXPECTED,
  );
  const csv = Buffer.from(await bytes('csv'))
    .toString()
    .split('\n');
  assert.equal(csv[0], `openTime,open,high,low,close,volume,state,${ALL}`);
  assert.match(csv[1], /^2020-01-01T00:00:00Z,10,10,10,10,2,final,3,20,10,7,test,\d{4}-/);
  assert.match(csv[3], /^2020-01-01T00:02:00Z,10,10,10,10,2,final,,,,,test,\d{4}-/);
  const table = tableFromIPC(await bytes('arrow')).toArray() as { toJSON(): Record<string, unknown> }[];
  assert.deepEqual(
    table.map((row) => chosen(row.toJSON())),
    EXPECTED,
  );
  const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };
  const file = (await bytes('parquet')).buffer;
  assert.deepEqual((await parquetReadObjects({ file, compressors })).map(chosen), EXPECTED);
  const { bars } = await ask(`${SERIES}?interval=1h&from=2020-01-01&to=2020-01-01T01:00&fields=trades,openInterest`);
  assert.deepEqual(
    bars.map(({ trades, openInterest }) => [trades, openInterest]),
    [[null, null]],
  );
});

test('an unknown field is refused with the list, at every door', async (t) => {
  const { url, put, database } = await aServer(t);
  await put(BARS);
  for (const path of ['?', '/latest?', '/revisions?openTime=2020-01-01&']) {
    const response = await fetch(`${url}${SERIES}${path}interval=1m&fields=trades,close`);
    const { code, detail } = (await response.json()) as { code: string; detail: string };
    assert.deepEqual([response.status, code], [400, 'INVALID_REQUEST'], path);
    assert.match(detail, /fields:? must be some of trades, turnover, vwap, openInterest, provider, observedAt/, path);
  }
  const run = await runPocketquant(database, ['bars', 'COINBASE:BTCUSD', '1m', '--fields', 'close']);
  assert.equal(run.exitCode, 2);
  assert.match(run.stderr, /must be some of trades/);
});

test('told again without them a bar is unchanged, and what comes new is a revision', async (t) => {
  const { ask, put } = await aServer(t);
  await put(BARS);
  assert.deepEqual((await put([bar(0, 10), bar(1, 10), bar(2, 10)])).unchanged, 3);
  const changed = await put([bar(2, 10, { trades: 9 })], 'other');
  assert.deepEqual([changed.changed, changed.unchanged], [1, 0]);
  const { revisions } = (await ask(
    `${SERIES}/revisions?interval=1m&openTime=2020-01-01T00:02&fields=trades`,
  )) as unknown as { revisions: { trades: number | null; provider: string; observedAt: string }[] };
  assert.deepEqual(
    revisions.map(({ trades, provider }) => [trades, provider]),
    [
      [null, 'test'],
      [9, 'other'],
    ],
  );
  const asOf = `${SERIES}?interval=1m&from=2020-01-01T00:02&to=2020-01-01T00:03&asOf=${revisions[0].observedAt}`;
  const { bars } = await ask(`${asOf}&fields=trades,provider`);
  assert.deepEqual(
    bars.map(({ trades, provider }) => [trades, provider]),
    [[null, 'test']],
  );
  const latest = (await ask(`${SERIES}/latest?interval=1m&fields=trades,vwap`)) as unknown as Record<string, unknown>;
  assert.deepEqual([latest['trades'], latest['vwap'], latest['provider']], [9, null, 'other']);
  const plain = await ask(`${SERIES}/latest?interval=1m`);
  assert.equal('trades' in plain, false);
});

test('a wrong value refuses the bar, by its code', async (t) => {
  const { put } = await aServer(t);
  const { rejected } = await put([
    bar(0, 10, { trades: 1.5 }),
    bar(1, 10, { turnover: -1 }),
    bar(2, 10, { openInterest: -1 }),
    bar(3, 10, { trades: 'many' }),
    bar(4, 10, { trades: 3 }),
    bar(4, 10, { turnover: 20 }),
    bar(5, 10, { trades: 3 }),
    bar(5, 10, { trades: 4 }),
  ]);
  assert.deepEqual(
    rejected.map((one) => (one as { code: string }).code),
    ['invalidTrades', 'invalidTurnover', 'invalidOpenInterest', 'invalidBar', 'duplicateInBatch', 'duplicateInBatch'],
  );
});

test('the library and the command line read, write, import and export them', async (t) => {
  const folder = aFolder(t);
  const database = `file:${join(folder, 'library.db')}`;
  const pq = await open({ database });
  const series = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
  const columns = {
    openTime: Float64Array.of(Date.UTC(2020, 0, 1), Date.UTC(2020, 0, 1, 0, 1)),
    open: Float64Array.of(10, 10),
    high: Float64Array.of(10, 10),
    low: Float64Array.of(10, 10),
    close: Float64Array.of(10, 10),
    volume: Float64Array.of(2, 2),
    trades: Float64Array.of(5, NaN),
    turnover: Float64Array.of(20, 20),
  };
  await pq.upsertBars({ ...series, provider: 'test', state: 'final', columns });
  const answer = await pq.getBars({ ...series, fields: ['vwap', 'trades', 'provider'] });
  assert.deepEqual(answer.fields, ['trades', 'vwap', 'provider']);
  assert.deepEqual([answer.columns.trades, answer.columns.vwap], [Float64Array.of(5, NaN), Float64Array.of(10, 10)]);
  assert.deepEqual([answer.columns.turnover, answer.columns.providers], [undefined, ['test']]);
  assert.equal((await pq.getLatestBar(series)).turnover, 20);
  const plain = await pq.getBars({ ...series, asOf: Date.now() });
  assert.deepEqual(Object.keys(plain.columns), ['openTime', 'open', 'high', 'low', 'close', 'volume', 'state']);
  await pq.close();

  const file = join(folder, 'bars.csv');
  const instrument = ['--instrument', 'COINBASE:BTCUSD', '--interval', '1m'];
  const fields = ['--fields', 'trades,turnover'];
  assert.equal((await runPocketquant(database, ['export', ...instrument, ...fields, '--output', file])).exitCode, 0);
  const copy = `file:${join(folder, 'copy.db')}`;
  const imported = await runPocketquant(copy, ['import', file, ...instrument]);
  assert.equal(imported.exitCode, 0, imported.stderr);
  assert.match(imported.stdout + imported.stderr, /trades = trades; turnover = turnover/);
  const shown = await runPocketquant(copy, ['bars', 'COINBASE:BTCUSD', '1m', '--fields', 'trades,vwap']);
  assert.match(shown.stdout, /openTime +open +high +low +close +volume +state +trades +vwap/);
  assert.match(shown.stdout, /2020-01-01T00:00:00Z .* final +5 +10/);
  const json = await runPocketquant(copy, ['bars', 'COINBASE:BTCUSD', '1m', '--json', '--fields', 'trades']);
  const { bars } = JSON.parse(json.stdout) as Answered;
  assert.deepEqual(
    bars.map(({ trades }) => trades),
    [5, null],
  );
});
