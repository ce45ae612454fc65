import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { instrumentId } from '../../market/index.ts';
import { freePort, startRedis, until } from '../../../test/support/a-redis.ts';
import { openLiveSharing, type LiveSharing } from './live-sharing.ts';
import type { Latest } from './stream-event.ts';

// Against a real Redis: `redis-server` must be installed.

interface Sharing {
  readonly sharing: LiveSharing;
  readonly heard: Latest[];
  readonly errors: unknown[];
}

async function aSharing(t: TestContext, port: number, scope = 'test'): Promise<Sharing> {
  const heard: Latest[] = [];
  const errors: unknown[] = [];
  const sharing = await openLiveSharing({
    url: `redis://127.0.0.1:${port}`,
    scope,
    deliver: (latest) => heard.push(latest),
    onError: (error) => errors.push(error),
  });
  t.after(() => sharing.close());
  return { sharing, heard, errors };
}

const isUp = ({ sharing }: Sharing) => until(() => sharing.state() === 'up', 'Redis can be reached');
const aQuote = (last: number): Latest => ({
  kind: 'quote',
  quote: { instrumentId: instrumentId('A:B'), last, receivedAt: 1_000 },
});
const OPEN_BAR: Latest = {
  kind: 'openBar',
  instrumentId: instrumentId('A:B'),
  interval: '1m',
  bar: { interval: '1m', openTime: 60_000, open: 1, high: 2, low: 1, close: 2, isPartial: true },
};

test('what one process publishes others hear, the latest of each, and it does not hear itself', async (t) => {
  const port = await freePort();
  await startRedis(t, port);
  const [one, other, stranger] = [await aSharing(t, port), await aSharing(t, port), await aSharing(t, port, 'else')];
  for (const sharing of [one, other, stranger]) await isUp(sharing);
  for (let last = 0; last < 100; last++) one.sharing.share(aQuote(last));
  one.sharing.share(OPEN_BAR);
  await until(() => other.heard.length === 2, 'both are heard');
  assert.deepEqual(other.heard, [aQuote(99), OPEN_BAR]);
  other.sharing.share(aQuote(100));
  await until(() => one.heard.length === 1, 'the answer is heard');
  assert.deepEqual([one.heard, other.heard.length, stranger.heard], [[aQuote(100)], 2, []]);
});

test('without Redis nothing fails, and it is told once', async (t) => {
  const { sharing, errors } = await aSharing(t, await freePort());
  await until(() => errors.length > 0, 'it is told');
  sharing.share(aQuote(1));
  await until(() => sharing.state() === 'down', 'it is down');
  assert.equal(errors.length, 1);
});

test('a Redis that is lost is used again when it is back', async (t) => {
  const port = await freePort();
  const redis = await startRedis(t, port);
  const [one, other] = [await aSharing(t, port), await aSharing(t, port)];
  for (const sharing of [one, other]) await isUp(sharing);
  redis.kill('SIGKILL');
  await until(() => one.sharing.state() === 'down' && other.sharing.state() === 'down', 'it is down');
  one.sharing.share(aQuote(1));
  await startRedis(t, port);
  for (const sharing of [one, other]) await isUp(sharing);
  let last = 2;
  await until(() => {
    one.sharing.share(aQuote(last++));
    return other.heard.length > 0;
  }, 'it is heard again');
});
