import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { verifyUpsertMany } from '../../test/support/upsert-many-contract.ts';
import { open } from './library.ts';

test('a call for many series stores and tells what a call for each does', async (t) => {
  let databases = 0;
  const folder = aFolder(t);
  await verifyUpsertMany(() => `file:${join(folder, `${databases++}.db`)}`, 20);
});

test('more series than are written at a time are all stored; a repeated call changes nothing', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'many.db')}` });
  t.after(() => pq.close());
  const bar = { openTime: Date.UTC(2024, 0, 2), open: 1, high: 1, low: 1, close: 1 };
  const series = Array.from({ length: 600 }, (_, i) => ({ instrumentId: `NASDAQ:S${i}`, bars: [bar] }));
  const call = { interval: '1d', provider: 'test', state: 'final', series } as const;
  const sums = async () => {
    const { series: accounts, ...rest } = await pq.upsertManyBars({ ...call, series: [...series] });
    assert.deepEqual(
      accounts.map(({ instrumentId }) => instrumentId),
      series.map(({ instrumentId }) => instrumentId),
    );
    return rest;
  };
  const nothing = { inserted: 0, changed: 0, unchanged: 0, skippedStale: 0, rejected: 0, failed: 0 };
  assert.deepEqual(await sums(), { ...nothing, inserted: 600 });
  assert.deepEqual(await sums(), { ...nothing, unchanged: 600 });
  await pq.settle();
  assert.equal((await pq.getSymbols()).total, 600);
  const { changes } = await pq.getChanges();
  assert.equal(changes.length, 600);
  await assert.rejects(pq.upsertManyBars({ ...call, series: [series[0], series[0]] }), { code: 'INVALID_REQUEST' });
});

test('an instrument that is written in another case is taken as a call for it alone takes it', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'case.db')}` });
  t.after(() => pq.close());
  const bar = { openTime: Date.UTC(2024, 0, 2), open: 1, high: 1, low: 1, close: 1 };
  const call = { interval: '1d', provider: 'test', state: 'final' } as const;
  await pq.upsertBars({ ...call, instrumentId: 'NASDAQ:AAPL', bars: [bar] });
  const names = ['nasdaq:aapl', 'NASDAQ:aapl'];
  const { series } = await pq.upsertManyBars({
    ...call,
    series: names.map((instrumentId) => ({ instrumentId, bars: [bar] })),
  });
  assert.deepEqual(
    series.map((one) => [one.instrumentId, 'unchanged' in one && one.unchanged]),
    [
      ['NASDAQ:AAPL', 1],
      ['NASDAQ:aapl', 0],
    ],
  );
});
