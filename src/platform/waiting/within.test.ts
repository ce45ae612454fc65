import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { within } from './index.ts';

const forever = (): Promise<never> => new Promise(() => undefined);
const tooLate = (): Error => new Error('too late');

test('work in time is its result or its failure, and nothing is left behind', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const heard: AbortSignal[] = [];
  const work = (signal: AbortSignal) => {
    heard.push(signal);
    return Promise.resolve(7);
  };
  assert.equal(await within({ limitMs: 10, tooLate }, work), 7);
  await assert.rejects(
    within({ limitMs: 10, tooLate }, () => Promise.reject(new Error('no'))),
    /no/,
  );
  t.mock.timers.tick(1_000);
  assert.deepEqual([heard[0].aborted, getEventListeners(heard[0], 'abort')], [false, []]);
});

test('the limit ends the wait, and tells the work', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let told: AbortSignal | undefined;
  const late = within({ limitMs: 10, tooLate }, (signal) => {
    told = signal;
    return forever();
  });
  t.mock.timers.tick(9);
  assert.equal(told?.aborted, false);
  t.mock.timers.tick(1);
  await assert.rejects(late, /too late/);
  assert.equal(told?.aborted, true);
});

test('a signal ends the wait with its reason, with a limit or without one', async () => {
  for (const limit of [{}, { limitMs: 60_000, tooLate }]) {
    const controller = new AbortController();
    const wait = within({ ...limit, signal: controller.signal }, forever);
    controller.abort(new Error('enough'));
    await assert.rejects(wait, /enough/);
    await assert.rejects(
      within({ signal: controller.signal }, () => assert.fail('begun')),
      /enough/,
    );
  }
});
