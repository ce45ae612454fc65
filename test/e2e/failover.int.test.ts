import { test } from 'node:test';
import { aProxy } from '../support/a-proxy.ts';
import { aServerDatabase } from '../support/open-test-database.ts';
import { writeThroughFailover } from '../support/write-through-failover.ts';

test('a database that is cut off for 2 s loses nothing, and refuses no more than was on its way', async (t) => {
  const { name } = aServerDatabase(t);
  const proxy = await aProxy(t);
  const outage = { stop: () => proxy.cut(), start: () => proxy.restore(), lengthMs: 2_000 };
  await writeThroughFailover(proxy.url(name), outage);
});
