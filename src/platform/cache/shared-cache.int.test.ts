import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { freePort, startRedis, until } from '../../../test/support/a-redis.ts';
import { createCache, openSharedCache, type Cache } from './index.ts';

// Against a real Redis: `redis-server` must be installed.

interface Sharing {
  readonly cache: Cache;
  readonly errors: unknown[];
}

async function aSharing(t: TestContext, port: number, scope = 'test'): Promise<Sharing> {
  const errors: unknown[] = [];
  const shared = await openSharedCache({
    url: `redis://127.0.0.1:${port}`,
    scope,
    onError: (error) => errors.push(error),
  });
  const cache = createCache(1_000_000, shared);
  t.after(() => cache.close());
  return { cache, errors };
}

const isUp = ({ cache }: Sharing) => until(() => cache.state().shared === 'up', 'Redis can be reached');
const ENTRY = { label: '{"é":1}', body: Buffer.from([0, 255, 10, 13, 128]) };

test('what one process keeps another finds, to the byte, and one of another scope does not', async (t) => {
  const port = await freePort();
  await startRedis(t, port);
  const [one, other, stranger] = [await aSharing(t, port), await aSharing(t, port), await aSharing(t, port, 'else')];
  for (const sharing of [one, other, stranger]) await isUp(sharing);
  assert.equal(await other.cache.get('page'), undefined);
  one.cache.set('page', ENTRY);
  await until(async () => (await other.cache.get('page')) !== undefined, 'the other process finds it');
  const found = await other.cache.get('page');
  assert.deepEqual([found?.label, Buffer.from(found?.body ?? [])], [ENTRY.label, ENTRY.body]);
  assert.equal(await stranger.cache.get('page'), undefined);
});

test('without Redis nothing is found, nothing fails, and it is told once', async (t) => {
  const sharing = await aSharing(t, await freePort());
  const { cache, errors } = sharing;
  await until(() => errors.length > 0, 'it is told');
  cache.set('page', ENTRY);
  assert.deepEqual(await cache.get('page'), ENTRY);
  assert.equal(await cache.get('other'), undefined);
  assert.equal(cache.state().shared, 'down');
  assert.equal(errors.length, 1);
});

test('a Redis that is lost is used again when it is back', async (t) => {
  const port = await freePort();
  const redis = await startRedis(t, port);
  const sharing = await aSharing(t, port);
  await isUp(sharing);
  redis.kill('SIGKILL');
  await until(() => sharing.cache.state().shared === 'down', 'it is down');
  assert.equal(await sharing.cache.get('page'), undefined);
  await startRedis(t, port);
  await isUp(sharing);
});

test('a Redis that hangs is left alone after one short wait', async (t) => {
  const port = await freePort();
  const redis = await startRedis(t, port);
  const { cache, errors } = await aSharing(t, port);
  await until(() => cache.state().shared === 'up', 'Redis can be reached');
  redis.kill('SIGSTOP');
  assert.equal(await cache.get('page'), undefined);
  assert.equal(cache.state().shared, 'down');
  assert.match(String(errors[0]), /did not answer within 100 ms/);
  redis.kill('SIGCONT');
});
