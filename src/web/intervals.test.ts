import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BAR_INTERVALS, divides, fixedStepMs } from '../market/index.ts';
import { closeOf, INTERVALS, lengthMs, sourceOf, type StoredSeries } from './intervals.ts';

const series = (interval: string, align?: 'session'): StoredSeries => ({
  interval,
  first: '2024-01-01T00:00:00Z',
  last: '2024-01-02T00:00:00Z',
  ...(align === undefined ? {} : { align }),
});

test('the intervals are those of the server, and as long', () => {
  assert.deepEqual(INTERVALS, BAR_INTERVALS);
  for (const interval of INTERVALS)
    if (interval !== '1M') assert.equal(lengthMs(interval), fixedStepMs(interval), interval);
  assert.equal(closeOf(Date.UTC(2024, 1, 1), '1M'), Date.UTC(2024, 2, 1));
});

test('what can be shown of a stored series is what the server derives from it', () => {
  for (const stored of INTERVALS)
    for (const wanted of INTERVALS)
      assert.equal(
        sourceOf([series(stored)], wanted) !== undefined,
        stored === wanted || divides(stored, wanted),
        `${wanted} of ${stored}`,
      );
});

test('bars come from their own series, else from the finest', () => {
  const stored = [series('5m'), series('1m'), series('1d'), series('1h', 'session')];
  assert.equal(sourceOf(stored, '1d'), stored[2]);
  assert.equal(sourceOf(stored, '1w'), stored[1]);
  assert.equal(sourceOf(stored, '1h'), stored[1]);
  assert.equal(sourceOf(stored, '1h', 'session'), stored[3]);
  assert.equal(sourceOf([{ ...series('1m'), first: null }], '1h'), undefined);
});
