import assert from 'node:assert/strict';
import { test } from 'node:test';
import { localDay } from './local-day.ts';

const ROWS: readonly (readonly [moment: string, zone: string, day: string])[] = [
  ['2026-01-05T05:00:00Z', 'America/New_York', '2026-01-05'],
  ['2026-01-05T04:59:59Z', 'America/New_York', '2026-01-04'],
  ['2026-07-06T04:00:00Z', 'America/New_York', '2026-07-06'],
  ['2026-01-05T15:00:00Z', 'Asia/Tokyo', '2026-01-06'],
  ['2026-01-05T00:00:00Z', 'UTC', '2026-01-05'],
];

for (const [moment, zone, day] of ROWS)
  test(`${moment} is ${day} in ${zone}`, () =>
    assert.equal(localDay(Date.parse(moment), zone), Date.parse(`${day}T00:00:00Z`)));

test('a zone or moment that does not exist is refused', () => {
  assert.throws(() => localDay(0, 'Mars/Olympus'), RangeError);
  assert.throws(() => localDay(NaN, 'UTC'), RangeError);
});
