import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { dropAhead, keepAhead, takeOrAsk } from './ahead.ts';

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

const askNow = (): Promise<string> => Promise.resolve('asked now');

test('what was asked for ahead is taken once, and only by who asks for the same', async () => {
  keepAhead('bars of May', Promise.resolve('kept'));
  assert.equal(await takeOrAsk('bars of June', askNow), 'asked now');
  assert.equal(await takeOrAsk('bars of May', askNow), 'kept');
  assert.equal(await takeOrAsk('bars of May', askNow), 'asked now');
});

test('what failed ahead is told to the one who takes it, who can ask again', async () => {
  keepAhead('bars', Promise.reject(new Error('no answer')));
  await assert.rejects(takeOrAsk('bars', askNow), /no answer/);
  assert.equal(await takeOrAsk('bars', askNow), 'asked now');
});

test('what nobody took is not taken later', async () => {
  keepAhead('bars', Promise.resolve('kept'));
  dropAhead();
  assert.equal(await takeOrAsk('bars', askNow), 'asked now');
  keepAhead('bars', Promise.resolve('kept'));
  mock.timers.tick(5_000);
  assert.equal(await takeOrAsk('bars', askNow), 'asked now');
});
