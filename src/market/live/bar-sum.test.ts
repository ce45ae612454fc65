import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BarSum } from './bar-sum.ts';

test('small sizes beside a large one are not lost, whatever the order and the parts', () => {
  for (const largeAt of [0, 500, 1_000]) {
    const [whole, part] = [new BarSum(), new BarSum()];
    for (let i = 0; i <= 1_000; i++) {
      const size = i === largeAt ? 2 ** 53 : 1;
      whole.add(i, NaN, 1, size, 1);
      part.add(i, NaN, 1, size, 1);
    }
    assert.equal(whole.volume, 2 ** 53 + 1_000);
    whole.merge(part);
    assert.equal(whole.volume, 2 ** 54 + 2_000);
  }
});

test('at one time, numeric ids decide what is first and last, and without them arrival', () => {
  const sum = new BarSum();
  for (const id of [5, 3, 9, 4]) sum.add(0, id, id, 1, 1);
  assert.deepEqual([sum.open, sum.close], [3, 9]);
  const withoutIds = new BarSum();
  for (const price of [5, 3, 9, 4]) withoutIds.add(0, NaN, price, 1, 1);
  assert.deepEqual([withoutIds.open, withoutIds.close], [5, 4]);
});

test('merging parts is adding their trades', () => {
  const trades = fc.uniqueArray(fc.record({ id: fc.nat(), time: fc.nat({ max: 5 }), part: fc.nat({ max: 3 }) }), {
    selector: ({ id }) => id,
  });
  fc.assert(
    fc.property(trades, (all) => {
      const parts = Array.from({ length: 4 }, () => new BarSum());
      const [added, merged] = [new BarSum(), new BarSum()];
      for (const { id, time, part } of all) for (const sum of [added, parts[part]]) sum.add(time, id, id % 7, 1, 1);
      for (const part of parts) merged.merge(part);
      const { open, high, low, close, volume, trades, turnover, isEmpty } = merged;
      assert.deepEqual(
        [open, high, low, close, volume, trades, turnover, isEmpty],
        [
          added.open,
          added.high,
          added.low,
          added.close,
          all.length,
          all.length,
          all.reduce((sum, { id }) => sum + (id % 7), 0),
          all.length === 0,
        ],
      );
    }),
  );
});
