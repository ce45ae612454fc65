import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { open } from '../../src/main/library.ts';
import { startServer } from '../../src/main/server.ts';
import { instrumentNamesContract } from '../support/instrument-names-contract.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';
import { StreamListener } from '../support/stream-listener.ts';

test('every door stores, finds and tells an instrument by any symbol', (t) =>
  instrumentNamesContract(t, `file:${join(aFolder(t), 'names.db')}`));

test('the command line takes symbols as they are, and finds them in another case', async (t) => {
  const folder = aFolder(t);
  const database = `file:${join(folder, 'cli.db')}`;
  const file = join(folder, 'bars.csv');
  await writeFile(file, 'openTime,open,high,low,close\n2020-01-01T12:00Z,7,7,7,7\n');
  const id = 'BINANCE:BTC/USDT:USDT';
  const imported = await runPocketquant(database, ['import', file, '--instrument', id, '--interval', '1m']);
  assert.equal(imported.exitCode, 0, imported.stderr);
  const asked = await runPocketquant(database, [
    '--json',
    'bars',
    'binance:btc/usdt:usdt',
    '1m',
    '--from',
    '2020-01-01',
    '--to',
    '2020-01-02',
  ]);
  const { instrumentId, bars } = JSON.parse(asked.stdout) as { instrumentId: string; bars: { close: number }[] };
  assert.deepEqual([instrumentId, bars.map(({ close }) => close)], [id, [7]]);
  const exported = await runPocketquant(database, ['export', '--instrument', id, '--interval', '1m']);
  assert.match(exported.stdout, /2020-01-01T12:00:00/);
  const refused = await runPocketquant(database, ['bars', 'BINANCE:BTC\u200b', '1m', '--from', '2020-01-01']);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /U\+200B is not printable/);
});

test('what is asked in another case finds the only one that differs by case alone; of two the exact one', async (t) => {
  const database = `file:${join(aFolder(t), 'case.db')}`;
  const server = await startServer({ databaseUrl: database, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1`;
  const get = async (path: string) => {
    const response = await fetch(api + path);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const pq = await open({ database });
  t.after(() => pq.close());
  const barAt = (close: number) => ({ openTime: Date.UTC(2020, 0, 1), open: close, high: close, low: close, close });
  const store = (instrumentId: string, close: number) =>
    pq.upsertBars({ instrumentId, interval: '1m', provider: 'test', state: 'final', bars: [barAt(close)] });
  await store('US:BCPC', 1);
  await pq.settle();

  const { body } = await get('/bars/us:bcpc/latest?interval=1m');
  assert.equal((body as { close?: number }).close, 1);
  for (const path of [
    '/bars/us:Bcpc?interval=1m',
    '/symbols/US:bcpc',
    '/coverage/us:bcpc?interval=1m&from=2020-01-01&to=2020-01-02',
  ])
    assert.equal((await get(path)).body['instrumentId'], 'US:BCPC', path);
  const listener = await StreamListener.connect(api);
  t.after(() => listener.close());
  assert.deepEqual((await listener.subscribe(['bars:us:bcpc/1m', 'changes'])).topics, ['bars:US:BCPC/1m', 'changes']);

  await store('us:bcpc', 2); // not written out: the one that is stored
  await store('US:BCpC', 3); // written out: another one
  await pq.settle();
  const closeOf = async (instrumentId: string) => (await pq.getLatestBar({ instrumentId, interval: '1m' })).close;
  assert.deepEqual([await closeOf('US:BCPC'), await closeOf('US:BCpC')], [2, 3]);
  const ambiguous = await get('/bars/us:bcpc?interval=1m');
  assert.deepEqual([ambiguous.status, ambiguous.body['code']], [400, 'INSTRUMENT_AMBIGUOUS']);
  assert.match(String(ambiguous.body['detail']), /US:BCPC and US:BCpC/);
  await assert.rejects(store('us:bcpc', 4), { code: 'INSTRUMENT_AMBIGUOUS' });

  await pq.deleteBars({ instrumentId: 'US:BCPC', interval: '1m', from: '2019-01-01', to: '2021-01-01' });
  await pq.settle();
  assert.equal(await closeOf('us:bcpc'), 3);
});

test('declarations, orders and subscriptions mean the stored instrument where its exchange is in lower case', async (t) => {
  const database = `file:${join(aFolder(t), 'orders.db')}`;
  const server = await startServer({ databaseUrl: database, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const pq = await open({ database });
  t.after(() => pq.close());
  await pq.registerSymbol({ instrumentId: 'SIM:BTCUSD' });
  await pq.registerSymbol({ instrumentId: 'sim:btcusd', name: 'Bitcoin' });
  assert.equal((await pq.getSymbol({ instrumentId: 'SIM:BTCUSD' })).name, 'Bitcoin');

  const order = { instrumentId: 'sim:btcusd', interval: '1d', from: '2024-01-01', to: '2024-01-05' };
  const response = await fetch(`${server.url}/api/v1/sync/bulk`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ orders: [order, { ...order, instrumentId: 'sim:\u200b' }] }),
  });
  const text = await response.text();
  assert.match(text, /"instrumentId":"SIM:BTCUSD"/);
  assert.match(text, /U\+200B is not printable/, 'one that is refused does not stop the others');

  await pq.subscribe({ instrumentId: 'sim:BTCUSD', intervals: ['1m'] });
  assert.deepEqual(
    (await pq.getSubscriptions()).map(({ id }) => id),
    ['simulated:SIM:BTCUSD'],
  );
  await pq.unsubscribe({ id: 'simulated:sim:btcusd' });
  assert.deepEqual(await pq.getSubscriptions(), []);
  assert.equal((await pq.getSymbols()).total, 1);
});

for (const id of ['US:A%00', 'US:A%E2%80%8B', 'US:%C2%A0A', 'US:%E2%80%AEA', 'US:', `US:${'A'.repeat(65)}`, 'US%20:A'])
  test(`${id} is refused with what is wrong`, async (t) => {
    const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'no.db')}`, port: 0, logLevel: 'silent' });
    t.after(() => server.close());
    const response = await fetch(`${server.url}/api/v1/bars/${id}?interval=1m`);
    const problem = (await response.json()) as { code: string; errors: { path: string }[] };
    assert.deepEqual([response.status, problem.code], [400, 'INVALID_REQUEST']);
    assert.equal(problem.errors[0]?.path, '/instrumentId');
  });
