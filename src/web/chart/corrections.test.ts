import assert from 'node:assert/strict';
import { test } from 'node:test';
import { correctionsOf, lastChangeOf } from './corrections.ts';

const revision = (openTime: string, close: number, observedAt: string) => ({
  openTime,
  open: 1,
  high: 3,
  low: 1,
  close,
  volume: 5,
  state: 'final' as const,
  provider: 'test',
  observedAt,
  observedTo: null,
  finalAt: null,
});

test('a bar with several revisions is corrected, and the last of them says what changed', () => {
  const corrections = correctionsOf([
    revision('2024-01-02T00:00:00Z', 2, '2024-01-03T00:00:00Z'),
    revision('2024-01-01T00:00:00Z', 1, '2024-01-02T00:00:00Z'),
    revision('2024-01-02T00:00:00Z', 3, '2024-01-04T00:00:00Z'),
  ]);
  assert.equal(corrections.length, 1);
  assert.equal(corrections[0].openTime, Date.UTC(2024, 0, 2));
  assert.deepEqual(lastChangeOf(corrections[0]), [{ field: 'close', before: 2, after: 3 }]);
});
