import { test } from 'node:test';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { provesShardKeys } from '../../../../test/support/shard-key-contract.ts';

test('every write of chunks names one id, and every read ids or a range of them', async (t) => {
  await provesShardKeys(await openTestDatabase(t));
});
