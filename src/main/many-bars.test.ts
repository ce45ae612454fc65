import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyManyBars } from '../../test/support/many-bars-contract.ts';
import { aFolder } from '../../test/support/open-test-database.ts';
import { open } from './library.ts';

test('many series at once are what each of them is alone, in one answer and in pages', (t) =>
  verifyManyBars(t, `file:${join(aFolder(t), 'many.db')}`, 60));

test('series are chosen by ids in any case, by an exchange or by a glob; what is not known is told', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'chosen.db')}` });
  t.after(() => pq.close());
  const bar = { openTime: Date.UTC(2024, 0, 2), open: 1, high: 1, low: 1, close: 1 };
  for (const instrumentId of ['NASDAQ:AAPL', 'NASDAQ:AMZN', 'NASDAQ:MSFT', 'NYSE:A'])
    await pq.upsertBars({ instrumentId, interval: '1d', provider: 'test', state: 'final', bars: [bar] });
  await pq.settle();
  const chosen = async (choice: { ids?: string[]; exchange?: string; glob?: string }) => {
    const many = await pq.getManyBars({ ...choice, interval: '1d', from: '2024-01-01', to: '2024-01-08' });
    const told: [string, number][] = [];
    for await (const { instrumentId, columns } of many.answers) told.push([instrumentId, columns.openTime.length]);
    return [told.map(([id]) => id), many.end().unknown];
  };
  assert.deepEqual(await chosen({ ids: ['NASDAQ:MSFT', 'nasdaq:aapl', 'NASDAQ:MSFT', 'NASDAQ:NONE'] }), [
    ['NASDAQ:AAPL', 'NASDAQ:MSFT'],
    ['NASDAQ:NONE'],
  ]);
  assert.deepEqual(await chosen({ exchange: 'nasdaq' }), [['NASDAQ:AAPL', 'NASDAQ:AMZN', 'NASDAQ:MSFT'], []]);
  assert.deepEqual(await chosen({ glob: '*:a*' }), [['NASDAQ:AAPL', 'NASDAQ:AMZN', 'NYSE:A'], []]);
  await assert.rejects(chosen({ exchange: 'NASDQ' }), { code: 'INSTRUMENT_NOT_FOUND' });
  await assert.rejects(chosen({ glob: 'NASDAQ:Z*' }), { code: 'INSTRUMENT_NOT_FOUND' });
  await assert.rejects(chosen({}), { code: 'INVALID_REQUEST' });
  await assert.rejects(chosen({ exchange: 'NASDAQ', glob: '*' }), { code: 'INVALID_REQUEST' });
});
