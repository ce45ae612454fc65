import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochMs } from '../../market/index.ts';
import { barPages, closedPart, type VendorBar } from './bar-pages.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const at = (minute: number) => epochMs(NOON + minute * 60_000);
const range = (from: number, to: number) => ({ from: at(from), to: at(to) });
const bar = (minute: number, close = minute, more: Partial<VendorBar> = {}): VendorBar => ({
  openTime: at(minute),
  open: 1,
  high: 99,
  low: 0,
  close,
  volume: 5,
  ...more,
});

/** Pages as `[from, to, minutes]`. */
function pagesOf(rows: readonly VendorBar[], from: number, to: number) {
  const minute = (time: number) => (time - NOON) / 60_000;
  return barPages(rows, range(from, to), '1m').map(({ covered, columns }) => [
    minute(covered.from),
    minute(covered.to),
    [...columns.openTime].map(minute),
  ]);
}

test('rows in any order, more than once or outside the range become one ascending page', () => {
  assert.deepEqual(pagesOf([bar(3), bar(1), bar(9), bar(-1), bar(3), bar(2)], 0, 5), [[0, 5, [1, 2, 3]]]);
  assert.deepEqual(pagesOf([], 0, 5), [[0, 5, []]]);
  assert.deepEqual(pagesOf([bar(1)], 5, 5), []);
});

test('rows of different values for one openTime all stay, in the order that they came in; equal ones are one', () => {
  const rows = [
    bar(1, 20),
    bar(0),
    bar(1, 10),
    bar(1, 20),
    bar(2, 3),
    bar(2, 3),
    bar(3, 4, { volume: NaN }),
    bar(3, 4, { volume: NaN }),
  ];
  const [{ columns, covered }, ...more] = barPages(rows, range(0, 5), '1m');
  assert.deepEqual([...columns.openTime], [0, 1, 1, 2, 3].map(at));
  assert.deepEqual([...columns.close], [0, 20, 10, 3, 4]);
  assert.deepEqual([covered, more], [range(0, 5), []]);
});

test('intervals that a row off the grid touches are not claimed, except those with a bar of their own', () => {
  const off = (minute: number) => bar(0, 0, { openTime: at(minute) + 20_000 });
  assert.deepEqual(pagesOf([bar(0), off(2), bar(5)], 0, 8), [
    [0, 2, [0]],
    [4, 8, [5]],
  ]);
  assert.deepEqual(pagesOf([bar(2), off(2), bar(3)], 0, 5), [[0, 5, [2, 3]]]);
  assert.deepEqual(pagesOf([off(0), bar(3)], 0, 5), [[2, 5, [3]]]);
  assert.deepEqual(pagesOf([bar(0), off(4)], 0, 5), [[0, 4, [0]]]);
});

test('a doubtful row leaves its interval unclaimed', () => {
  assert.deepEqual(pagesOf([bar(0), bar(2, 2, { isDoubtful: true })], 0, 4), [
    [0, 2, [0]],
    [3, 4, []],
  ]);
});

test('the closed part of a range ends where the running interval begins', () => {
  assert.deepEqual(closedPart(range(0, 5), '1m', at(3) + 59_999), range(0, 3));
  assert.deepEqual(closedPart(range(0, 5), '1m', at(9)), range(0, 5));
  assert.equal(closedPart(range(3, 5), '1m', at(3)), undefined);
});
