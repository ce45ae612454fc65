import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import type { Collection, Database, StoredDocument } from '../database/index.ts';
import { schedulerContract } from '../../../test/support/scheduler-contract.ts';
import { createJobScheduler } from './index.ts';

schedulerContract('embedded', openTestDatabase);

test('a job that stands in the way and is never found is not waited for without end', async (t) => {
  const database = await openTestDatabase(t);
  const withoutReading = <T extends StoredDocument>(name: string): Collection<T> => {
    const collection = database.collection<T>(name);
    return { ...collection, insertOne: (job) => collection.insertOne(job), findOne: () => Promise.resolve(null) };
  };
  const blind: Database = { ...database, collection: withoutReading };
  const scheduler = await createJobScheduler(blind, {
    clock: () => 0,
    elapsed: () => 0,
    concurrency: 1,
    onError: (error) => assert.fail(String(error)),
  });
  t.after(() => scheduler.stop());
  const order = { kind: 'work', input: {}, progress: {}, key: 'one' };
  await scheduler.enqueue(order);
  await assert.rejects(scheduler.enqueue(order), { code: 'WRITE_CONFLICT' });
});
