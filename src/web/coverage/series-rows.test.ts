import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Interval } from '../intervals.ts';
import { commonInterval, rowsMatching, rowsOf, storedIntervals } from './series-rows.ts';

const series = (interval: string, align?: 'session') => ({
  interval,
  ...(align === undefined ? {} : { align }),
  first: '2024-01-02T14:30:00Z',
  last: '2024-01-03T14:30:00Z',
  count: 2,
  finalCount: 2,
  providers: ['mine'],
});
const instrument = (instrumentId: string, ...stored: ReturnType<typeof series>[]) =>
  ({ instrumentId, name: `Name of ${instrumentId}`, timeZone: null, series: stored }) as unknown as Parameters<
    typeof rowsOf
  >[0][number];

const INSTRUMENTS = [
  instrument('A:MINUTES', series('1m')),
  instrument('A:DAYS', series('1d')),
  instrument('B:BOTH', series('1h'), series('1h', 'session')),
  instrument('B:NOTHING'),
];

test('a row is a stored series, one that can be made of it, or one that is yet to be fetched', () => {
  const keys = (interval: Interval) => rowsOf(INSTRUMENTS, interval).map(({ key }) => key);
  assert.deepEqual(keys('1m'), ['A:MINUTES', 'B:NOTHING']);
  assert.deepEqual(keys('1h'), ['A:MINUTES', 'B:BOTH', 'B:BOTH @session', 'B:NOTHING']);
  assert.deepEqual(keys('1M'), ['A:MINUTES', 'A:DAYS', 'B:BOTH', 'B:NOTHING']);
  assert.deepEqual(keys('45m'), ['A:MINUTES', 'B:NOTHING']);
});

test('rows are found by id, name and exchange', () => {
  const rows = rowsOf(INSTRUMENTS, '1M');
  const found = (query: string, exchange = '') => rowsMatching(rows, query, exchange).map(({ key }) => key);
  assert.deepEqual(found('min'), ['A:MINUTES']);
  assert.deepEqual(found('name of b'), ['B:BOTH', 'B:NOTHING']);
  assert.deepEqual(found('', 'A'), ['A:MINUTES', 'A:DAYS']);
  assert.deepEqual(found('x'), []);
});

test('the interval that most series have is shown first', () => {
  const stored = storedIntervals([...INSTRUMENTS, instrument('C:C', series('1d'))]);
  assert.deepEqual(
    [...stored],
    [
      ['1m', 1],
      ['1h', 2],
      ['1d', 2],
    ],
  );
  assert.equal(commonInterval(stored), '1h');
  assert.equal(commonInterval(new Map()), '1m');
});
