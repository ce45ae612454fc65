import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instrumentId, mergeQuote } from '../index.ts';

const ID = instrumentId('NASDAQ:AAPL');

test('an update changes what it names and leaves the rest', () => {
  const first = mergeQuote(undefined, { instrumentId: ID, eventTime: 100, last: 5, bid: 4.9, dayVolume: 70 }, 110);
  const second = mergeQuote(first, { instrumentId: ID, eventTime: 200, bid: 4.8, ask: 5.1 }, 210);
  assert.deepEqual(first, { instrumentId: ID, eventTime: 100, last: 5, bid: 4.9, dayVolume: 70, receivedAt: 110 });
  assert.deepEqual(second, { ...first, eventTime: 200, bid: 4.8, ask: 5.1, receivedAt: 210 });
});

test('an update that was overtaken adds only what is not known', () => {
  const known = mergeQuote(undefined, { instrumentId: ID, eventTime: 200, last: 5 }, 210);
  const merged = mergeQuote(known, { instrumentId: ID, eventTime: 100, last: 4, ask: 6 }, 220);
  assert.deepEqual(merged, { ...known, ask: 6 });
});
