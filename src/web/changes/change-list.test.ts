import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching, told, withNewer, withOlder, type Change } from './change-list.ts';

const MOST = 4;

function change(seq: number, more: Partial<Change> = {}): Change {
  const time = '2024-11-08T00:00:00Z';
  return {
    seq,
    series: 'NASDAQ:AAPL/1m',
    from: time,
    to: time,
    inserted: 1,
    changed: 0,
    deleted: 0,
    count: 1,
    finalCount: 1,
    providers: ['mine'],
    at: time,
    ...more,
  };
}
const seqs = (list: readonly Change[]): number[] => list.map(({ seq }) => seq);

test('a change goes to the top, once; the oldest goes where there are too many', () => {
  let list: readonly Change[] = [];
  for (const seq of [7, 8, 8, 9, 7, 10, 11]) {
    const outcome = told(list, change(seq), MOST);
    assert.ok('list' in outcome);
    ({ list } = outcome);
  }
  assert.deepEqual(seqs(list), [11, 10, 9, 8]);
});

test('a change that does not follow the newest one says what was missed', () => {
  const list = [change(8), change(7)];
  assert.deepEqual(told(list, change(11), MOST), { missingAfter: 8 });
  const caughtUp = withNewer(list, [change(8), change(9), change(10), change(11)], MOST);
  assert.deepEqual(seqs(caughtUp), [11, 10, 9, 8]);
  assert.equal(withNewer(list, [change(8)], MOST), list);
});

test('older ones are added at the end, without those that are there', () => {
  assert.deepEqual(seqs(withOlder([change(9), change(8)], [change(6), change(7), change(8)])), [9, 8, 7, 6]);
});

test('changes are found by series and kind', () => {
  const list = [
    change(3, { changed: 2, inserted: 0 }),
    change(2, { series: 'X:B/1d' }),
    change(1, { inserted: 0, deleted: 1 }),
  ];
  assert.equal(matching(list, 'all', ' '), list);
  assert.deepEqual(seqs(matching(list, 'all', 'aapl')), [3, 1]);
  assert.deepEqual(seqs(matching(list, 'inserted', '/1d')), [2]);
  assert.deepEqual(seqs(matching(list, 'changed', '')), [3]);
  assert.deepEqual(seqs(matching(list, 'deleted', 'x:')), []);
});
