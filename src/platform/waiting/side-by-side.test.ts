import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SideBySide } from './side-by-side.ts';

test('starts so many at a time, and waits for all', async () => {
  const work = new SideBySide(2);
  const waiting: (() => void)[] = [];
  let most = 0;
  const starts = (async () => {
    for (let i = 0; i < 5; i++)
      await work.start(async () => {
        await new Promise<void>((resolve) => waiting.push(resolve));
      });
    await work.all();
  })();
  for (let ended = 0; ended < 5; ended++) {
    await nextTurn();
    most = Math.max(most, waiting.length);
    waiting.shift()?.();
  }
  await starts;
  assert.equal(most, 2);
});

test('what fails while nobody waits is told by the next start, and at the end', async () => {
  const work = new SideBySide(8);
  await work.start(() => Promise.reject(new Error('The disk is full')));
  await nextTurn(); // time for a rejection that nobody handles to end the process
  await assert.rejects(
    work.start(() => assert.fail('is not started')),
    /The disk is full/,
  );
  await assert.rejects(work.all(), /The disk is full/);
});
