import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochMs } from './epoch-ms.ts';
import { intersect, rangeText, type TimeRange } from './time-range.ts';

const smallRange = fc
  .tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 15 }))
  .map(([from, length]): TimeRange => ({ from: epochMs(from), to: epochMs(from + length) }));

const momentsOf = ({ from, to }: TimeRange) => Array.from({ length: to - from }, (_, i) => from + i);

test('two ranges share exactly the moments that lie in both', () => {
  fc.assert(
    fc.property(smallRange, smallRange, (a, b) => {
      const shared = intersect(a, b);
      const inBoth = momentsOf(a).filter((moment) => momentsOf(b).includes(moment));
      assert.deepEqual(shared === undefined ? [] : momentsOf(shared), inBoth);
    }),
  );
});

test('ranges that only touch share nothing', () => {
  const [noon, one, two] = [epochMs(12), epochMs(13), epochMs(14)];
  assert.equal(intersect({ from: noon, to: one }, { from: one, to: two }), undefined);
});

test('a range is written half-open, in UTC', () => {
  const day = { from: epochMs(Date.UTC(2016, 9, 7)), to: epochMs(Date.UTC(2016, 9, 8)) };
  assert.equal(rangeText(day), '[2016-10-07T00:00:00Z, 2016-10-08T00:00:00Z)');
});
