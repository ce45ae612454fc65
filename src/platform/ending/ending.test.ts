import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEnding } from './index.ts';

const hangs = (): Promise<never> => new Promise(() => undefined);

test('each part ends though others fail or hang, in time, and those are told', async () => {
  const began = performance.now();
  const ending = createEnding(400, () => performance.now());
  const ended: string[] = [];
  await ending.end('good', () => Promise.resolve(ended.push('good')));
  await ending.end('throws', () => {
    throw new Error('broken');
  });
  await ending.end('fails', () => Promise.reject(new Error('away')));
  for (const part of ['hangs', 'hangs too', 'hangs as well']) await ending.end(part, hangs);
  await ending.end('last', () => Promise.resolve(ended.push('last')));
  assert.deepEqual(ended, ['good', 'last']);
  assert.deepEqual(
    ending.unfinished.map(({ part, error }) => [part, error.message]),
    [
      ['throws', 'broken'],
      ['fails', 'away'],
      ...['hangs', 'hangs too', 'hangs as well'].map((part) => [part, 'took too long and was left behind']),
    ],
  );
  assert.ok(performance.now() - began < 1_200, 'not a time of its own for each part that hangs');
});

test('what was left behind and fails later hurts nobody', async () => {
  const ending = createEnding(10, () => performance.now());
  const late = Promise.withResolvers<void>();
  await ending.end('late', () => late.promise);
  late.reject(new Error('much later'));
  await ending.end('next', () => Promise.resolve());
  assert.deepEqual(
    ending.unfinished.map(({ part }) => part),
    ['late'],
  );
});

test('without a deadline each part has the time that it takes', async () => {
  const ending = createEnding(Infinity, () => 0);
  const { promise, resolve } = Promise.withResolvers<void>();
  const ended = ending.end('slow', () => promise);
  setImmediate(resolve);
  await ended;
  assert.deepEqual(ending.unfinished, []);
});
