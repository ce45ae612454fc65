import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { seenCache } from './seen-cache.ts';

/** A cache of numbers by name, whose requests are answered by hand. */
function aCache({ most = 100, batch = 2 } = {}) {
  const requests: { readonly keys: readonly string[]; answer: (value: number) => void; fail: () => void }[] = [];
  const errors: unknown[] = [];
  const cache = seenCache<string, number>({
    textOf: (key) => key,
    batchOf: (keys) => keys.slice(0, batch),
    ask: (keys) =>
      new Promise((resolve, reject) =>
        requests.push({
          keys,
          answer: (value) => resolve(new Map(keys.map((key) => [key, value]))),
          fail: () => reject(new Error('lost')),
        }),
      ),
    onChange: (error) => errors.push(error),
    most,
  });
  return { cache, requests, errors, asked: () => requests.map(({ keys }) => keys.join('')) };
}

test('what is in sight is asked for in batches, two at a time, and never what has left it', async () => {
  const { cache, requests, asked } = aCache();
  cache.want('abcdefgh'.split(''));
  assert.deepEqual(asked(), ['ab', 'cd']);
  cache.want('xyab'.split(''));
  requests[0]?.answer(1);
  await turn();
  assert.deepEqual(asked(), ['ab', 'cd', 'xy']);
  requests[1]?.answer(2);
  requests[2]?.answer(3);
  await turn();
  assert.deepEqual(asked(), ['ab', 'cd', 'xy']);
  assert.deepEqual([cache.get('a'), cache.get('c'), cache.get('x'), cache.get('e')], [1, 2, 3, undefined]);
});

test('an outdated value stays until its successor came; one that was under way is asked for again', async () => {
  const { cache, requests, asked } = aCache();
  cache.want(['a']);
  requests[0]?.answer(1);
  await turn();
  cache.outdate((key) => key === 'a');
  assert.equal(cache.get('a'), 1);
  cache.outdate((key) => key === 'a');
  requests[1]?.answer(2);
  await turn();
  assert.deepEqual(asked(), ['a', 'a', 'a']);
  requests[2]?.answer(3);
  await turn();
  assert.equal(cache.get('a'), 3);
  assert.equal(asked().length, 3);
});

test('a failure is told, and nothing is asked again by itself', async () => {
  const { cache, requests, errors, asked } = aCache();
  cache.want(['a']);
  requests[0]?.fail();
  await turn();
  assert.match(String(errors[0]), /lost/);
  assert.deepEqual(asked(), ['a']);
  cache.retry();
  assert.deepEqual(asked(), ['a', 'a']);
});

test('the oldest values are let go where there are too many', async () => {
  const { cache, requests } = aCache({ most: 2, batch: 1 });
  for (const [index, key] of ['a', 'b', 'c'].entries()) {
    cache.want([key]);
    requests[index]?.answer(index);
    await turn();
  }
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.get('c')], [undefined, 1, 2]);
});
