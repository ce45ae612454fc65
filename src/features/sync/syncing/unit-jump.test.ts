import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newBarColumns, type BarColumns } from '../../../market/index.ts';
import { isVolumeJump, priceJump } from './unit-jump.ts';

function bars(closes: readonly number[], volumes: readonly number[] = closes): BarColumns {
  const columns = newBarColumns(closes.length);
  for (const [i, close] of closes.entries()) {
    columns.openTime[i] = i;
    columns.close[i] = close;
    columns.volume[i] = volumes[i];
  }
  return columns;
}

const jumpOf = (...closes: readonly number[]): number | undefined => priceJump(bars(closes));

test('a level that is about 100 times another is a jump of units, also where only one bar of it is known', () => {
  assert.equal(jumpOf(5.1, 5.2, 5.1, 5.3, 520, 531, 528), 4);
  assert.equal(jumpOf(520, 531, 528, 5.2), 3);
});

test('splits, crashes, rockets, bad prints and prices below nought are none', () => {
  assert.equal(jumpOf(100, 101, 102, 10, 10.1, 10.2), undefined);
  assert.equal(jumpOf(100, 101, 102, 3, 3.1, 2.9), undefined);
  assert.equal(jumpOf(0.1, 0.1, 0.1, 40, 41, 42), undefined);
  assert.equal(jumpOf(5, 5, 5, 500, 5, 5, 5), undefined);
  assert.equal(jumpOf(5, 5, 5, 0.05, 5), undefined);
  assert.equal(jumpOf(500, 5, 5, 5, 5), undefined, 'nothing is known of what was before the first');
  assert.equal(jumpOf(20, 10, 1, -37, -0.4, 10), undefined);
  assert.equal(jumpOf(0.05, 0.05, 0.05, -5, -5, -5), undefined);
  assert.equal(jumpOf(0.9, 0.4, 0.01, 1, 1.3, 0.9), undefined, 'a price that comes near nought has no level');
});

test('a jump is found wherever it is, and nothing else is taken for one', () => {
  const walk = fc.array(fc.double({ min: -0.1, max: 0.1, noNaN: true }), { minLength: 8, maxLength: 80 });
  fc.assert(
    fc.property(walk, fc.nat(100), fc.constantFrom(1, 10, 0.1, 100, 0.01), (moves, at, factor) => {
      const place = 5 + (at % (moves.length - 5));
      let price = 50;
      const closes = moves.map((move, i) => (price *= 1 + move) * (i < place ? 1 : factor));
      const isUnit = factor === 100 || factor === 0.01;
      assert.equal(jumpOf(...closes), isUnit ? place : undefined);
    }),
  );
});

test('volumes are judged where they are steady and many on both sides', () => {
  const many = Array.from({ length: 20 }, (_, i) => 1_000 + 100 * (i % 7));
  const lots = many.map((volume) => volume / 100);
  assert.ok(isVolumeJump(bars(many), bars(lots)));
  assert.ok(isVolumeJump(bars(lots), bars(many)));
  assert.ok(!isVolumeJump(bars(many), bars(lots.slice(0, 2))));
  assert.ok(!isVolumeJump(bars(many), bars(many.map((volume) => volume / 8))));
  assert.ok(!isVolumeJump(bars(many.map((volume, i) => (i % 3 === 0 ? volume / 90 : volume))), bars(lots)));
  assert.ok(!isVolumeJump(bars(many.map(() => NaN)), bars(lots)));
});
