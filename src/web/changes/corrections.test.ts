import assert from 'node:assert/strict';
import { test } from 'node:test';
import { barsOf, fieldText, lastChanges, type Revision } from './corrections.ts';
import { rejectionText, sentValues } from './rejection.ts';

const FIRST: Revision = {
  openTime: '2024-11-08T10:00:00Z',
  open: 10,
  high: 11,
  low: 9,
  close: 10.5,
  volume: 100,
  state: 'provisional',
  provider: 'mine',
  observedAt: '2024-11-08T10:01:00Z',
  observedTo: '2024-11-08T10:02:00Z',
  finalAt: null,
};

test('a correction is told field by field, in the decimals of the instrument', () => {
  const second: Revision = { ...FIRST, close: 10.75, volume: null, state: 'final', observedTo: null };
  const later = { ...FIRST, openTime: '2024-11-08T10:01:00Z' };
  const [bar, other] = barsOf([FIRST, second, later]);
  assert.ok(bar !== undefined && other !== undefined);
  assert.deepEqual(lastChanges(bar, 2), [
    { field: 'close', before: '10.50', after: '10.75' },
    { field: 'volume', before: '100', after: '–' },
    { field: 'state', before: 'provisional', after: 'final' },
  ]);
  assert.deepEqual(lastChanges(other, 2), []);
  assert.equal(fieldText({ ...FIRST, open: 0.00000001 }, 'open', null), '0.00000001');
});

test('reasons are told in plain words, and values as they were sent', () => {
  assert.match(rejectionText('highLowOrder'), /between low and high/);
  assert.equal(rejectionText('somethingNew'), 'somethingNew');
  assert.deepEqual(sentValues('{"openTime":"x","high":9,"low":null}'), [
    ['openTime', 'x'],
    ['high', '9'],
    ['low', 'null'],
  ]);
  assert.equal(sentValues('[1,2]'), undefined);
  assert.equal(sentValues('{"openTime":"cut o'), undefined);
});
