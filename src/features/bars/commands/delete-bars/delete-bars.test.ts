import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER, minute, portOf } from '../../../../../test/support/a-store.ts';
import { answerGetBars } from '../../queries/get-bars/get-bars.query.ts';
import { handleDeleteBars } from './delete-bars.command.ts';

const forgetNothing = (): Promise<void> => Promise.resolve();

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const unregistered = portOf();

test('the bars of the range are gone, in whole chunks and in parts, and those around it stay', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([0, 1, 1_440, 2_880, 2_881].map((count) => aRow(count, 10)));
  const remove = handleDeleteBars(collections, () => undefined, forgetNothing);
  const range = { from: minute(1), to: minute(2_881) };
  assert.deepEqual(await remove({ ...SERIES, ...range }, at(LATER)), { deleted: 3 });
  const { columns } = await answerGetBars(collections, unregistered)(SERIES, at(LATER));
  assert.deepEqual([...columns.openTime], [minute(0), minute(2_881)]);
  assert.deepEqual(
    await remove({ ...SERIES, ...range }, at(LATER)),
    { deleted: 0 },
    'again there is nothing to delete',
  );
});

test('no as-of read knows a deleted bar, not even from the part of its history that was moved away', async (t) => {
  const { collections, upsert } = await aStore(t);
  const bars = Array.from({ length: 60 }, (_, count) => count);
  for (let revision = 0; revision < 20; revision++)
    await upsert(
      bars.map((count) => aRow(count, 10 + revision)),
      { observedAt: minute(100 + revision) },
    );
  assert.ok((await collections.chunkHistory.countDocuments()) > 0);
  await handleDeleteBars(
    collections,
    () => undefined,
    forgetNothing,
  )({ ...SERIES, from: minute(0), to: minute(30) }, at(LATER));
  await upsert([aRow(0, 99)], { observedAt: minute(500) });
  const { columns } = await answerGetBars(collections, unregistered)({ ...SERIES, asOf: minute(101) }, at(LATER));
  assert.deepEqual([...columns.openTime], bars.slice(30).map(minute));
});

test('a range that is none is refused', async (t) => {
  const { collections } = await aStore(t);
  const remove = handleDeleteBars(collections, () => undefined, forgetNothing);
  await assert.rejects(remove({ ...SERIES, from: minute(2), to: minute(2) }, at(LATER)), { code: 'INVALID_RANGE' });
});
