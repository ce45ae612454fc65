import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER } from '../../../../../test/support/a-store.ts';
import { importToolsOf } from '../../../../../test/support/bar-files.ts';

const MANY = 400;
const common = { interval: '1m', provider: 'test', state: 'final' } as const;
const series = Array.from({ length: MANY }, (_, i) => ({ instrumentId: `TEST:S${i}`, bars: [aRow(0, 10)] }));

test('a write that fails while other series are made ready fails the call, and a repeated call stores the rest', async (t) => {
  const { collections } = await aStore(t);
  let writes = 0;
  const failing = {
    ...collections,
    chunks: {
      ...collections.chunks,
      bulkWrite: (...written: Parameters<typeof collections.chunks.bulkWrite>) =>
        ++writes === 1 ? Promise.reject(new Error('No room')) : collections.chunks.bulkWrite(...written),
    },
  };
  await assert.rejects(importToolsOf(failing).upsertMany({ ...common, series }, at(LATER)), { message: 'No room' });
  const stored = await collections.chunks.countDocuments();
  assert.ok(stored < MANY, 'some are not stored');
  const { inserted, unchanged } = await importToolsOf(collections).upsertMany({ ...common, series }, at(LATER));
  assert.deepEqual({ inserted, unchanged }, { inserted: MANY - stored, unchanged: stored });
});

test('a series that cannot be stored is told in its place among those of other groups', async (t) => {
  const { collections } = await aStore(t);
  const bad = { instrumentId: 'TEST:BAD' };
  const sent = [...series.slice(0, 300), bad, ...series.slice(300)];
  const outcome = await importToolsOf(collections).upsertMany({ ...common, series: sent }, at(LATER));
  assert.deepEqual([outcome.inserted, outcome.failed], [MANY, 1]);
  assert.deepEqual(
    outcome.series.map(({ instrumentId: id }) => id),
    sent.map(({ instrumentId: id }) => id),
  );
  assert.ok('failed' in outcome.series[300] && outcome.series[300].failed.code === 'INVALID_REQUEST');
});
