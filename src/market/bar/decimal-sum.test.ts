import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimalSum, sumOf } from './decimal-sum.ts';

const sum = (...values: number[]): number => sumOf(Float64Array.from(values), 0, values.length);

test('decimals add up to the decimal that a person would write', () => {
  assert.equal(sum(0.1, 0.2), 0.3);
  assert.equal(sum(17.4, 0.00063), 17.40063);
  assert.equal(sum(0, 0), 0);
  assert.equal(sum(1e15, 0.5), 1_000_000_000_000_000.5);
  assert.equal(sum(), 0);
  assert.ok(Number.isNaN(sum(1, NaN)));
});

test('what is no decimal is added as it is', () => {
  assert.equal(sum(1 / 3, 1 / 3), 1 / 3 + 1 / 3);
  assert.equal(sum(1e300, 1), 1e300);
  assert.equal(decimalSum(Float64Array.of(1 / 3), 0, 1), undefined);
});

test('the sum is the same whichever way the values are grouped', () => {
  const volume = fc.tuple(fc.integer({ min: 0, max: 2 ** 49 }), fc.integer({ min: 0, max: 10 }));
  const property = fc.property(
    fc.array(
      volume.map(([whole, scale]) => whole / 10 ** scale),
      { minLength: 1, maxLength: 60 },
    ),
    fc.nat(),
    (values, at) => {
      const cut = at % (values.length + 1);
      const all = Float64Array.from(values);
      const [before, after] = [decimalSum(all, 0, cut), decimalSum(all, cut, all.length)];
      if (before === undefined || after === undefined) return;
      assert.equal(sum(sumOf(all, 0, cut), sumOf(all, cut, all.length)), sumOf(all, 0, all.length));
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('beyond the whole numbers of doubles the sum is still the nearest double', () => {
  const values = Array.from({ length: 64 }, (_, i) => 2 ** 49 + i);
  const exact = values.reduce((total, value) => total + BigInt(value), 0n);
  assert.equal(sum(...values), Number(exact));
});

test('turnovers of more digits than whole numbers of doubles have, and negative ones, add up as they are written', () => {
  assert.equal(sum(50_123_456.12345678, 50_123_456.12345679), 100_246_912.24691357);
  assert.equal(sum(-0.1, -0.2), -0.3);
  assert.equal(sum(-50_123_456.12345678, 0.00000001), -50_123_456.12345677);
});
