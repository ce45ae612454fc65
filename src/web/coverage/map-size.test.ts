import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AXIS_PX, inSight, movedBy, placeAt, ROW_PX, scrolledTo, sizeOf } from './map-size.ts';

const DAYS = { first: 1_000, end: 1_365 };
const ROWS = 10_000;

test('days share the width; where they would be too narrow the map scrolls', () => {
  assert.equal(sizeOf(1_208, { first: 0, end: 100 }).dayWidth, 10);
  assert.equal(sizeOf(1_208, { first: 0, end: 5_000 }).dayWidth, 3);
  assert.ok(sizeOf(390, DAYS).names < sizeOf(1_280, DAYS).names);
});

test('a point of the view is the cell that is painted there', () => {
  const size = { names: 200, dayWidth: 5 };
  const view = { width: 800, height: 500, left: 50, top: 240 };
  const at = (x: number, y: number) => placeAt(x, y, view, size, DAYS, ROWS);
  assert.deepEqual(at(200, AXIS_PX), { row: 10, day: 1_010 });
  assert.deepEqual(at(209, AXIS_PX + ROW_PX), { row: 11, day: 1_011 });
  assert.equal(at(199, 100), undefined);
  assert.equal(at(300, AXIS_PX - 1), undefined);
  assert.equal(placeAt(300, 300, { ...view, top: 0 }, size, DAYS, 3), undefined);
  const { firstRow, endRow, days } = inSight(view, size, DAYS, ROWS);
  assert.deepEqual([firstRow, endRow], [10, 10 + Math.ceil((500 - AXIS_PX) / ROW_PX)]);
  assert.deepEqual(days, { first: 1_010, end: 1_130 });
});

test('keys move the cursor within the map, and the view follows it', () => {
  const from = { row: 5, day: 1_100 };
  const to = (key: string) => movedBy(key, from, DAYS, ROWS, 20);
  assert.deepEqual(to('ArrowLeft'), { row: 5, day: 1_099 });
  assert.deepEqual(to('ArrowDown'), { row: 6, day: 1_100 });
  assert.deepEqual(to('PageDown'), { row: 25, day: 1_100 });
  assert.deepEqual(to('PageUp'), { row: 0, day: 1_100 });
  assert.deepEqual(to('End'), { row: 5, day: 1_364 });
  assert.equal(to('a'), undefined);

  const size = { names: 200, dayWidth: 10 };
  const view = { width: 800, height: 500, left: 300, top: 480 };
  assert.deepEqual(scrolledTo({ row: 25, day: 1_050 }, view, size, DAYS), { left: 300, top: 480 });
  assert.deepEqual(scrolledTo({ row: 3, day: 1_010 }, view, size, DAYS), { left: 100, top: 72 });
  assert.deepEqual(scrolledTo({ row: 99, day: 1_364 }, view, size, DAYS), {
    left: 3_650 - 600,
    top: 100 * ROW_PX - (500 - AXIS_PX),
  });
});
