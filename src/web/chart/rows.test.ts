import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsIn, joinedGaps } from './gaps.ts';
import { DAY_MS } from '../intervals.ts';
import { indexAtTime, logicalAtTime, placesIn, rowsOf, timeAtLogical, type Gap, type ShownBar } from './rows.ts';

const MINUTE = 60_000;
const bar = (openTime: number): ShownBar => ({
  openTime,
  open: 1,
  high: 1,
  low: 1,
  close: 1,
  volume: 1,
  state: 'final',
});
const gap = (from: number, to: number, bars: number, reason = 'notFetched'): Gap => ({ from, to, bars, reason });

test('a bar that is missing though expected has a place on the axis', () => {
  const rows = rowsOf([bar(0), bar(3 * MINUTE)], [gap(MINUTE, 3 * MINUTE, 2), gap(4 * MINUTE, 5 * MINUTE, 1)], '1m');
  assert.deepEqual(
    rows.map(({ openTime, bar: there }) => [openTime / MINUTE, there !== undefined]),
    [
      [0, true],
      [1, false],
      [2, false],
      [3, true],
      [4, false],
    ],
  );
});

test('what cannot come yet has no place, and parts of a bar that is there have none of their own', () => {
  const gaps = [gap(MINUTE, 2 * MINUTE, 1, 'notYet'), { ...gap(0, MINUTE, 0), parts: 30 }];
  assert.equal(rowsOf([bar(0)], gaps, '1m').length, 1);
});

test('missing days are working days where only these are missing', () => {
  const thursday = 0; // 1970-01-01
  assert.deepEqual(
    placesIn(gap(thursday, thursday + 6 * DAY_MS, 4), '1d').map((time) => time / DAY_MS),
    [0, 1, 4, 5],
  );
});

test('missing bars of closing times are as many as are said, in order', () => {
  const places = placesIn(gap(0, 3 * DAY_MS, 390), '1m');
  assert.equal(places.length, 390);
  assert.ok(places.every((place, index) => index === 0 || place > places[index - 1]));
});

test('the axis leads to a moment and back, on bars, between them and beyond', () => {
  const rows = [0, 1, 2, 1_000, 1_001].map((minute) => ({ openTime: minute * MINUTE }));
  for (const logical of [-7.5, 0, 0.25, 2, 2.5, 3.9, 4, 12.25])
    assert.ok(Math.abs(logicalAtTime(rows, timeAtLogical(rows, logical, '1m'), '1m') - logical) < 1e-9, `${logical}`);
  assert.equal(timeAtLogical(rows, 2.5, '1m'), 501 * MINUTE);
  assert.deepEqual(
    [-1, 0, 1, 999, 1_000, 5_000].map((minute) => indexAtTime(rows, minute * MINUTE)),
    [-1, 0, 1, 2, 3, 4],
  );
});

test('a gap over the border of two answers is one gap; another reason is another', () => {
  const lists = [[gap(0, 5, 5)], [gap(5, 9, 4), gap(9, 10, 1, 'noTrades')], [gap(11, 12, 1, 'noTrades')]];
  assert.deepEqual(joinedGaps(lists), [gap(0, 9, 9), gap(9, 10, 1, 'noTrades'), gap(11, 12, 1, 'noTrades')]);
});

test('a gap covers the rows it has, and the bar it is inside of', () => {
  const rows = [0, 1, 2, 3].map((hour) => ({ openTime: hour * 60 * MINUTE }));
  assert.deepEqual(rowsIn(gap(60 * MINUTE, 180 * MINUTE, 2), rows, '1h'), [1, 2]);
  assert.deepEqual(rowsIn(gap(70 * MINUTE, 80 * MINUTE, 0), rows, '1h'), [1, 1]);
  assert.equal(rowsIn(gap(500 * MINUTE, 510 * MINUTE, 1), rows, '1h'), undefined);
});
