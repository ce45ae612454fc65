import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import type { Item } from '../../../test/support/database-contract.ts';
import { bulkUpsert, type Collection } from './index.ts';

const guarded = (_id: string, rev: number) => ({
  updateOne: { filter: { _id, rev }, update: { $set: { rev: rev + 1 } }, upsert: true },
});

test('says which guards failed, and counts the others', async (t) => {
  const items = (await openTestDatabase(t)).collection<Item>('items');
  await items.insertOne({ _id: 'a', rev: 3 });
  assert.deepEqual(await bulkUpsert(items, [guarded('x', 0), guarded('a', 2), guarded('y', 0)]), new Set([1]));
  assert.deepEqual(await bulkUpsert(items, [guarded('a', 3), guarded('z', 0)]), new Set());
});

test('a database that loses a write and says nothing of it is found out', async (t) => {
  const items = (await openTestDatabase(t)).collection<Item>('items');
  const forgetful: Pick<Collection<Item>, 'bulkWrite'> = {
    bulkWrite: (operations, options) => items.bulkWrite(operations.slice(0, -1), options),
  };
  const lost = { code: 'DATABASE_ANSWER_INVALID', message: /^Of 2 writes the database matched 0, inserted 1 / };
  await assert.rejects(bulkUpsert(forgetful, [guarded('x', 0), guarded('y', 0)]), lost);
  await items.insertOne({ _id: 'a', rev: 3 });
  await assert.rejects(bulkUpsert(forgetful, [guarded('z', 0), guarded('a', 2), guarded('w', 0)]), {
    message: /^Of 3 writes the database matched 0, inserted 1 and refused 1,/,
  });
});
