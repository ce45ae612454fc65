import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DAY_MS } from '../intervals.ts';
import { firstSpan, keptWithin, widestFactor, zoomed } from './view.ts';

const place = fc.integer({ min: -10_000, max: 10_000 });
const width = fc.integer({ min: 4, max: 5_000 });

test('however far one pulls, a quarter of the screen, or all there is, stays in sight', () => {
  fc.assert(
    fc.property(place, width, fc.integer({ min: 1, max: 10_000 }), (from, wide, rows) => {
      const kept = keptWithin({ from, to: from + wide }, rows);
      const seen = Math.min(kept.to, rows) - Math.max(kept.from, 0);
      assert.ok(seen >= Math.min(rows, wide / 4) - 1, `${seen} of ${rows} rows, ${wide} wide`);
      assert.equal(kept.to - kept.from, wide);
    }),
  );
});

test('a range that has enough in sight is not moved', () => {
  assert.deepEqual(keptWithin({ from: -50, to: 50 }, 100), { from: -50, to: 50 });
  assert.deepEqual(keptWithin({ from: 60, to: 160 }, 100), { from: 60, to: 160 });
});

test('a view grows until what is stored fills two thirds of it', () => {
  const stored = { from: 0, to: 300 * DAY_MS };
  assert.equal(widestFactor({ from: 0, to: 300 * DAY_MS }, stored, '1d'), 1.5);
  assert.equal(widestFactor({ from: 0, to: 450 * DAY_MS }, stored, '1d'), 1);
  assert.equal(widestFactor({ from: 0, to: 900 * DAY_MS }, stored, '1d'), 1, 'what a link asks for is not taken back');
  assert.equal(widestFactor({ from: 0, to: 80 * DAY_MS }, { from: 0, to: DAY_MS }, '1d'), 2, 'a few bars leave room');
});

test('zooming keeps its place, and shows neither less than a few bars nor more than the most', () => {
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 0.5, 1_000, 20), { from: 10, to: 60 });
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 100, 1_000), { from: -450, to: 550 });
  assert.deepEqual(zoomed({ from: 0, to: 100 }, 0.001, 1_000), { from: 47.5, to: 52.5 });
});

test('the newest bars are looked for in more time where a market closes', () => {
  const span = (isOpenAlways: boolean) => firstSpan('newest', '1d', isOpenAlways, 2_000 * DAY_MS);
  assert.equal((span(false).to - span(false).from) / (span(true).to - span(true).from), 6);
});
