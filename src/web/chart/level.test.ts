import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY_MS, lengthMs } from '../intervals.ts';
import { barsInSight, densitiesSeen, levelAhead, levelBelow, levelFor, levelsOf, mostBars } from './level.ts';

const YEAR_MS = 365 * DAY_MS;
const always = (): number => 1;

test('the level is the finest that shows at most two bars a pixel', () => {
  const level = (spanMs: number): string => levelFor('1m', { spanMs, widthPx: 1_200 }, undefined, always);
  assert.equal(level(2_400 * 60_000), '1m');
  assert.equal(level(2_401 * 60_000), '5m');
  assert.equal(level(30 * DAY_MS), '1h'); // 2,880 of 15m
  assert.equal(level(YEAR_MS), '4h');
  assert.equal(level(10 * YEAR_MS), '1w'); // 3,650 days
  assert.equal(level(100 * YEAR_MS), '1M');
});

test('nothing finer than the chosen interval is shown', () => {
  assert.equal(levelFor('1d', { spanMs: DAY_MS, widthPx: 1_200 }, undefined, always), '1d');
  assert.deepEqual(levelsOf('45m'), ['45m', '1h', '4h', '1d', '1w', '1M']);
});

test('two levels do not alternate while the view moves a little', () => {
  const sight = { spanMs: 2_300 * 60_000, widthPx: 1_200 };
  assert.equal(levelFor('1m', sight, '5m', always), '5m');
  assert.equal(levelFor('1m', { ...sight, spanMs: 1_900 * 60_000 }, '5m', always), '1m');
});

test('whatever the screen and the span, three screens are at most 10,000 bars', () => {
  for (const widthPx of [390, 1_280, 3_840, 7_680]) {
    for (let spanMs = DAY_MS; spanMs < 60 * YEAR_MS; spanMs *= 1.7) {
      const sight = { spanMs, widthPx };
      const level = levelFor('1m', sight, undefined, always);
      assert.ok(3 * barsInSight(sight, level, always) <= 10_000, `${spanMs} ms on ${widthPx} px by ${level}`);
      assert.ok(spanMs / lengthMs(level) <= mostBars(sight));
    }
  }
});

test('where a market closes, more time fits on the screen', () => {
  const isOpenAFifth = (): number => 0.2;
  assert.equal(levelFor('1m', { spanMs: 7 * DAY_MS, widthPx: 1_200 }, undefined, isOpenAFifth), '1m');
  const densityOf = densitiesSeen(
    new Map([
      ['1m', 0.2],
      ['1d', 0.7],
    ] as const),
  );
  assert.deepEqual([densityOf('5m'), densityOf('1d'), densityOf('1w')], [0.2, 0.7, 1]);
});

test('the next level is ready before it is needed', () => {
  assert.equal(levelAhead('1m', '1m', { spanMs: 600 * 60_000, widthPx: 1_200 }, always), undefined);
  assert.equal(levelAhead('1m', '1m', { spanMs: 1_300 * 60_000, widthPx: 1_200 }, always), '5m');
  assert.equal(levelBelow('5m', '1m', { spanMs: 4_700 * 60_000, widthPx: 1_200 }, always), '1m');
  assert.equal(levelBelow('5m', '1m', { spanMs: 5_000 * 60_000, widthPx: 1_200 }, always), undefined);
  assert.equal(levelBelow('5m', '5m', { spanMs: 600 * 60_000, widthPx: 1_200 }, always), undefined);
});
