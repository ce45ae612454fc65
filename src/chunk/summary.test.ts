import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, edgesOf, totalOf } from './summary.ts';

const EMPTY = { count: 0, finalCount: 0 };
const OLDER = { count: 2, finalCount: 2, first: 10, last: 20 };
const NEWER = { count: 3, finalCount: 1, first: 30, last: 50 };

test('summaries add up in any order, and an emptied chunk adds nothing', () => {
  const total = { count: 5, finalCount: 3, first: 10, last: 50 };
  assert.deepEqual(totalOf([OLDER, EMPTY, NEWER]), total);
  assert.deepEqual(totalOf([NEWER, totalOf([EMPTY, OLDER])]), total);
  assert.deepEqual(totalOf([EMPTY, EMPTY]), EMPTY);
  assert.deepEqual(edgesOf([]), {});
});

test('what is told otherwise is named with what is right', () => {
  assert.equal(differences(OLDER, OLDER, 'should be'), '');
  assert.equal(
    differences(OLDER, { ...OLDER, count: 3, last: 21 }, 'should be'),
    'count is 2, should be 3; last is 20, should be 21',
  );
});
