import assert from 'node:assert/strict';
import { test } from 'node:test';
import { counted, countOf, wholeNumberOf } from './table.ts';

test('one is told as one, all else as many', () => {
  assert.deepEqual(
    [0, 1, 2, 12_423].map((count) => counted(count, 'bar')),
    ['0 bars', '1 bar', '2 bars', '12,423 bars'],
  );
  assert.deepEqual(
    [counted(1, 'summary', 'summaries'), counted(2, 'summary', 'summaries')],
    ['1 summary', '2 summaries'],
  );
});

test('numbers are typed in decimal digits', () => {
  assert.deepEqual([wholeNumberOf('0'), wholeNumberOf('17'), countOf('1')], [0, 17, 1]);
  for (const text of ['', ' ', '0x10', '1e3', '-1', '1.0', '1_000', '9'.repeat(20), 'many'])
    for (const read of [wholeNumberOf, countOf]) assert.throws(() => read(text), RangeError, text);
  assert.throws(() => countOf('0'), RangeError);
});
