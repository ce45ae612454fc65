import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newBarColumns, type BarColumns } from './bar-columns.ts';
import { BAR_FIELDS, columnsFor, withFields } from './bar-fields.ts';

const BARS: BarColumns = {
  ...newBarColumns(3),
  volume: Float64Array.of(2, 0, NaN),
  trades: Float64Array.of(1, 0, NaN),
  turnover: Float64Array.of(5, 0, 3),
};

test('the average price is what was paid by what was traded, and there is none where nothing was', () => {
  assert.deepEqual(withFields(BARS, ['vwap']).vwap, Float64Array.of(2.5, NaN, NaN));
});

test('an answer has the fields that were asked for, whether bars have them or not, and no others', () => {
  const plain = Object.keys(newBarColumns(0));
  assert.deepEqual(Object.keys(withFields(BARS, [])), plain);
  assert.deepEqual(Object.keys(withFields(BARS, ['trades', 'vwap'])), [...plain, 'trades', 'vwap']);
  const all = withFields(BARS, BAR_FIELDS);
  assert.deepEqual(Object.keys(all), [...plain, ...BAR_FIELDS.toSpliced(5, 0, 'providers' as never)]);
  assert.deepEqual(all.openInterest, Float64Array.of(NaN, NaN, NaN));
  assert.deepEqual(withFields(newBarColumns(2), ['vwap']).vwap, Float64Array.of(NaN, NaN));
});

test('only what is asked for is read', () => {
  assert.deepEqual(columnsFor([]), { columns: [], origins: false });
  assert.deepEqual(columnsFor(['vwap', 'provider']), { columns: ['turnover'], origins: true });
  assert.deepEqual(columnsFor(BAR_FIELDS), { columns: ['trades', 'turnover', 'openInterest'], origins: true });
});
