import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseInterval } from './choose-interval.ts';

const SECOND = 1_000;
const after = (...steps: readonly number[]): number[] => {
  let time = Date.UTC(2024, 0, 2);
  return [time, ...steps.map((seconds) => (time += seconds * SECOND))];
};

test('a market that trades now and then shows no interval, and contradicts none that is finer', () => {
  const sparse = [after(30, 7, 30, 30, 2, 30, 45, 30, 12)];
  assert.throws(() => chooseInterval(sparse, {}), { code: 'INTERVAL_NEEDED' });
  assert.deepEqual(chooseInterval(sparse, { interval: '1s' }), { interval: '1s', by: 'option' });
  assert.throws(() => chooseInterval(sparse, { interval: '1h' }), { code: 'INTERVAL_MISMATCH' });
});

test('bars of one step, with pauses, show it and contradict others', () => {
  const hours = [after(3_600, 3_600, 3_600, 66_600, 3_600, 3_600)];
  assert.deepEqual(chooseInterval(hours, {}), { interval: '1h', by: 'file' });
  assert.throws(() => chooseInterval(hours, { interval: '1m' }), { code: 'INTERVAL_MISMATCH' });
  assert.deepEqual(chooseInterval(hours, { interval: '1m', forceInterval: true }), { interval: '1m', by: 'option' });
});
