import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VendorBar } from './bar-pages.ts';
import { tellsVolume, withoutFillers } from './filler-rows.ts';

const flat = (openTime: number, price: number, volume: number, more: Partial<VendorBar> = {}): VendorBar => {
  return { openTime, open: price, high: price, low: price, close: price, volume, ...more };
};
const kept = (...rows: VendorBar[]): number[] => withoutFillers(rows).map(({ openTime }) => openTime);

test('a row of volume 0 that repeats the close before it is no bar, in whatever order rows come', () => {
  assert.deepEqual(kept(flat(3, 7, 0), flat(1, 7, 5), flat(2, 7, 0), flat(4, 7, 2)), [1, 4]);
  assert.deepEqual(kept(flat(0, 7, 0), flat(1, 8, 5)), [1], 'before it nothing is known');
});

test('a row stays that has volume, or does not tell it, or at which the price moved, or that shows a trade', () => {
  const rows = [
    flat(1, 7, 5),
    flat(2, 7, 5),
    flat(3, 7, NaN),
    flat(4, 8, 0),
    flat(5, 8, 0, { high: 9 }),
    flat(6, 8, 0, { low: 7 }),
    flat(7, 8, 0, { open: 7 }),
    flat(8, 8, 0, { isDoubtful: true }),
  ];
  assert.deepEqual(kept(...rows), [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a vendor tells volume if any row has some', () => {
  assert.equal(tellsVolume([flat(1, 7, 0), flat(2, 7, NaN)]), false);
  assert.equal(tellsVolume([flat(1, 7, 0), flat(2, 7, 1)]), true);
});
