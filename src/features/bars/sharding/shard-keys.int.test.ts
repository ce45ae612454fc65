import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServerDatabase } from '../../../../test/support/open-test-database.ts';
import { provesShardKeys } from '../../../../test/support/shard-key-contract.ts';

test('every write of chunks names one id, and every read ids or a range of them, on a server', async (t) => {
  await provesShardKeys(await openServerDatabase(t));
});

test('a server that is no sharded cluster tells of no shard keys', async (t) => {
  const database = await openServerDatabase(t);
  assert.equal(await database.shardKeys?.(), undefined);
});
