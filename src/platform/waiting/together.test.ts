import assert from 'node:assert/strict';
import { test } from 'node:test';
import { together } from './together.ts';

test('what is asked side by side is answered in one go, each with its own answer', async () => {
  const asked: (readonly number[])[] = [];
  const double = together<number, number>((numbers) => {
    asked.push(numbers);
    return Promise.resolve(numbers.map((number) => 2 * number));
  });
  const twice = async (number: number): Promise<number> => double(await double(number));
  assert.deepEqual(await Promise.all([1, 2, 3].map(twice)), [4, 8, 12]);
  assert.deepEqual(asked, [
    [1, 2, 3],
    [2, 4, 6],
  ]);
});

test('a failure is told to all who asked with it, and to none later', async () => {
  let failures = 1;
  const ask = together<number, number>((numbers) =>
    failures-- > 0 ? Promise.reject(new Error('lost')) : Promise.resolve(numbers),
  );
  const both = await Promise.allSettled([ask(1), ask(2)]);
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  assert.equal(await ask(3), 3);
});
