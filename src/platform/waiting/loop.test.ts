import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test } from 'node:test';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { startLoop } from './index.ts';

/** A loop on a clock of its own, whose turns end when the test says so. */
function aLoop({ gatherMs = 0 } = {}) {
  const { now, timer, pass } = manualClock();
  const begun: number[] = [];
  const errors: unknown[] = [];
  let turn = Promise.withResolvers<void>();
  const loop = startLoop(
    () => {
      begun.push(now());
      turn = Promise.withResolvers();
      return turn.promise;
    },
    { restMs: 1_000, gatherMs, onError: (error) => errors.push(error), timer },
  );
  return {
    loop,
    begun,
    errors,
    pass,
    async end(error?: Error) {
      if (error === undefined) turn.resolve();
      else turn.reject(error);
      await nextTurn();
    },
  };
}

test('a loop begins at once and rests from the end of a turn to the next', async () => {
  const { begun, pass, end } = aLoop();
  assert.deepEqual(begun, [0]);
  pass(5_000);
  assert.deepEqual(begun, [0], 'one turn at a time');
  await end();
  pass(999);
  assert.deepEqual(begun, [0]);
  pass(1);
  assert.deepEqual(begun, [0, 6_000]);
});

test('a loop that rests is woken, once for all that came while it gathers', async () => {
  const { loop, begun, pass, end } = aLoop({ gatherMs: 50 });
  await end();
  pass(100);
  loop.wake();
  pass(30);
  loop.wake();
  pass(19);
  assert.deepEqual(begun, [0]);
  pass(1);
  assert.deepEqual(begun, [0, 150], 'waking again does not put it off');
  await end();
  pass(999);
  assert.equal(begun.length, 2);
});

test('waking a loop that works is not lost', async () => {
  const { loop, begun, pass, end } = aLoop({ gatherMs: 50 });
  loop.wake();
  await end();
  pass(50);
  assert.deepEqual(begun, [0, 50]);
  await end();
  pass(50);
  assert.equal(begun.length, 2, 'one more turn, and no third');
});

test('a turn that fails is told, and the next one comes', async () => {
  const { begun, errors, pass, end } = aLoop();
  const broken = new Error('broken');
  await end(broken);
  pass(1_000);
  assert.deepEqual([errors, begun], [[broken], [0, 1_000]]);
});

test('stopping waits for the turn that runs, and no other comes', async () => {
  const { loop, begun, pass, end } = aLoop();
  loop.wake();
  let isStopped = false;
  const stopped = loop.stop().then(() => (isStopped = true));
  await nextTurn();
  assert.ok(!isStopped);
  await end();
  await stopped;
  loop.wake();
  pass(10_000);
  assert.deepEqual(begun, [0]);
});
