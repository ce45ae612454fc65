import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TurnoverSum } from './turnover-sum.ts';

function turnoverOf(...trades: readonly (readonly [price: number, size: number])[]): number {
  const sum = new TurnoverSum();
  for (const [price, size] of trades) sum.add(price, size);
  return sum.value;
}

test('price x size adds up to the decimal that a person would write', () => {
  assert.equal(turnoverOf([0.1, 3]), 0.3);
  assert.equal(turnoverOf([97_123.45, 0.00012], [97_123.46, 1.5], [1e-8, 1e-8]), 145_696.844814);
  assert.equal(turnoverOf(), 0);
  assert.equal(turnoverOf([-37.63, 2], [10, 0]), -75.26);
  assert.equal(turnoverOf([1 / 3, 3]), 1);
});

/** Decimals as whole numbers and their scale. */
const decimal = (largest: number) => fc.tuple(fc.nat(largest), fc.nat(8));
const trade = fc.tuple(decimal(1e7), decimal(1e6), fc.nat(3));

test('whatever the order and the parts, the sum is the nearest double', () => {
  fc.assert(
    fc.property(fc.array(trade, { maxLength: 40 }), (trades) => {
      let exact = 0n; // at 16 decimals
      const parts = Array.from({ length: 4 }, () => new TurnoverSum());
      const whole = new TurnoverSum();
      for (const [[price, priceScale], [size, sizeScale], part] of trades) {
        exact += BigInt(price) * BigInt(size) * 10n ** BigInt(16 - priceScale - sizeScale);
        for (const sum of [whole, parts[part]]) sum.add(price / 10 ** priceScale, size / 10 ** sizeScale);
      }
      const merged = new TurnoverSum();
      for (const part of parts.reverse()) merged.merge(part);
      const expected = Number(`${exact}e-16`);
      assert.deepEqual([whole.value, merged.value], [expected, expected]);
    }),
    { numRuns: 1_000 },
  );
});
