import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { WorkQueue } from './work-queue.ts';

test('no more work runs than may, in the order in which it came, and each gets its own result', async () => {
  const queue = new WorkQueue(3);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      queue.run(async () => {
        begun.push(i);
        most = Math.max(most, ++running);
        await setImmediate();
        running--;
        return i * 2;
      }),
    ),
  );
  assert.equal(most, 3);
  assert.deepEqual(begun, [...begun.keys()]);
  assert.deepEqual(
    results,
    [...begun.keys()].map((i) => i * 2),
  );
});

test('work that fails makes room for the next, and only its own caller hears of it', async () => {
  const queue = new WorkQueue(1);
  const outcomes = await Promise.allSettled([
    queue.run(() => Promise.reject(new Error('broken'))),
    queue.run(() => Promise.resolve('fine')),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'fulfilled'],
  );
  assert.equal(await queue.run(() => Promise.resolve('again')), 'again');
});
