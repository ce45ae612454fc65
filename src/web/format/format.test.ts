import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesText, decimalsOf, exactText, grouped, priceText, shareText, shortText } from './number.ts';
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

/** The same as the locale of the page writes it, which knows a zero below zero. */
const written = (value: number, options: Intl.NumberFormatOptions): string =>
  new Intl.NumberFormat('en-US', options).format(value).replace(/^-(?=[0.]*$)/, '');

test('numbers are written as their locale writes them', () => {
  const values = fc.double({ noNaN: true, noDefaultInfinity: true });
  const wholes = fc.integer({ min: -9e14, max: 9e14 });
  const decimals = fc.integer({ min: 0, max: 10 });
  fc.assert(
    fc.property(values, wholes, decimals, decimals, (value, whole, held, shown) => {
      assert.equal(exactText(value), written(value, { maximumSignificantDigits: 17 }));
      assert.equal(grouped(whole), written(whole, { maximumFractionDigits: 0 }));
      assert.equal(shortText(whole), written(whole, { notation: 'compact', maximumSignificantDigits: 3 }));
      const price = whole / 10 ** held;
      assert.equal(
        priceText(price, shown),
        written(price, { minimumFractionDigits: shown, maximumFractionDigits: 12 }),
      );
    }),
  );
});

test('times of UTC are written as those of other zones', () => {
  const within = { noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') };
  fc.assert(
    fc.property(fc.date(within), fc.constantFrom('day', 'minute', 'second', 'millisecond'), (date, precision) =>
      assert.equal(timeText(date.getTime(), 'UTC', precision), timeText(date.getTime(), 'Etc/UTC', precision)),
    ),
  );
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
