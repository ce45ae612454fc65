import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOutside, sharedParts, type Span } from './span.ts';

const span = (from: number, to: number): Span => ({ from: from * 60_000, to: to * 60_000 });

test('what is held is taken out of a range', () => {
  assert.deepEqual(partsOutside(span(0, 10), [span(-5, 1), span(3, 4), span(9, 20)]), [span(1, 3), span(4, 9)]);
  assert.deepEqual(partsOutside(span(0, 10), []), [span(0, 10)]);
  assert.deepEqual(partsOutside(span(0, 10), [span(0, 10)]), []);
});

test('what two lists share is what lies in one span of each', () => {
  assert.deepEqual(sharedParts([span(0, 10), span(12, 20)], [span(5, 14), span(14, 15), span(30, 40)]), [
    span(5, 10),
    span(12, 14),
    span(14, 15),
  ]);
  assert.deepEqual(sharedParts([span(0, 10)], [span(10, 20)]), []);
});
