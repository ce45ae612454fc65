import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importToolsOf } from '../../../../../test/support/bar-files.ts';
import { aRow, aStore, at, LATER, minute } from '../../../../../test/support/a-store.ts';
import { clockGrid, columnsOfRows } from '../../../../market/index.ts';
import { ImportedSeries } from './imported-series.ts';
import { storeTogether } from './store-together.ts';

test('a batch that comes before the one before it is stored finds the bars that it repeats', async (t) => {
  const { collections } = await aStore(t);
  const tools = importToolsOf(collections);
  const common = { interval: '1m', provider: 'test', state: 'final' } as const;
  const storeBars = storeTogether(tools.upsertMany, common, at(LATER));
  const target = { instrumentId: 'COINBASE:BTCUSD', ...common };
  const series = new ImportedSeries(target, clockGrid('1m'), 'first', tools, storeBars, at(LATER));
  const batchOf = (line: number, ...rows: readonly object[]) => ({
    instrumentId: target.instrumentId,
    columns: columnsOfRows(rows, 2).columns,
    lines: Float64Array.from(rows, (_, i) => line + i),
    faults: [],
    empty: 0,
  });
  await Promise.all([
    series.store(batchOf(1, aRow(0, 10), aRow(1, 10))),
    series.store(batchOf(3, aRow(1, 11), aRow(2, 11))),
  ]);
  const { inserted, changed, duplicates } = series.counts;
  assert.deepEqual({ inserted, changed, duplicates }, { inserted: 3, changed: 0, duplicates: 1 });
  const { columns } = await tools.read({ ...target, from: minute(0), to: minute(3) }, at(LATER));
  assert.deepEqual([...columns.close], [10, 10, 11]);
});
