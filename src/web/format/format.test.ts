import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesText, decimalsOf, priceText, shareText } from './number.ts';
import { spanText, timeText } from './time.ts';

test('times are written year first, in the zone that is asked for', () => {
  const at = '2016-11-06T05:30:15.250Z';
  assert.equal(timeText(at, 'UTC'), '2016-11-06 05:30');
  assert.equal(timeText(at, 'America/New_York'), '2016-11-06 01:30');
  assert.equal(timeText('2016-11-06T06:30:00Z', 'America/New_York'), '2016-11-06 01:30');
  assert.equal(timeText(at, 'UTC', 'day'), '2016-11-06');
  assert.equal(timeText(at, 'UTC', 'millisecond'), '2016-11-06 05:30:15.250');
  assert.equal(timeText('2016-11-06T00:00:00Z', 'UTC'), '2016-11-06 00:00');
});

test('spans are written in their two largest units', () => {
  assert.deepEqual(
    [0, 999, 1_000, 61_000, 7_500_000, 86_400_000, 90_000_000].map((ms) => spanText(ms)),
    ['0 ms', '999 ms', '1 s', '1 min 1 s', '2 h 5 min', '1 d', '1 d 1 h'],
  );
});

test('a price has the decimals of its instrument, and loses none', () => {
  assert.equal(priceText(617.4, 2), '617.40');
  assert.equal(priceText(617.4006, 2), '617.4006');
  assert.equal(priceText(1e-8, null), '0.00000001');
  assert.equal(decimalsOf([1, 1.5, 1.25, 1e-8]), 8);
});

test('only the whole is 100 %, and only nothing is 0 %', () => {
  assert.deepEqual(
    [shareText(0, 3), shareText(1, 3), shareText(99_999, 100_000), shareText(1, 1e6), shareText(3, 3), shareText(0, 0)],
    ['0 %', '33.3 %', '> 99.99 %', '< 0.01 %', '100 %', '–'],
  );
  assert.equal(shareText(999, 1_000), '99.9 %');
});

test('sizes are written in the unit that keeps them short', () => {
  assert.deepEqual([0, 1023, 1024, 5 * 1024 ** 2, 200 * 1024 ** 3].map(bytesText), [
    '0 B',
    '1023 B',
    '1.0 KiB',
    '5.0 MiB',
    '200 GiB',
  ]);
});
