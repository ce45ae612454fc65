import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { databaseContract, type Item } from '../../../../test/support/database-contract.ts';

databaseContract('embedded', openTestDatabase);

// Not in the contract: the driver never comes to an end with it on DocumentDB.
test('embedded: a batch size of 0 leaves the size to the engine, as in MongoDB', async (t) => {
  const items = (await openTestDatabase(t)).collection<Item>('items');
  await items.insertMany([{ _id: 1 }, { _id: 2 }]);
  assert.equal((await items.find({}, { batchSize: 0 }).toArray()).length, 2);
});
