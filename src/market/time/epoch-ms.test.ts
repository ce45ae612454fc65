import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EPOCH_MS_RANGE, epochMs, epochMsOfInput, epochMsOfIso, isoOfEpochMs } from './epoch-ms.ts';

const moment = fc.integer({ min: EPOCH_MS_RANGE.minimum, max: EPOCH_MS_RANGE.maximum });
const twoDigits = (value: number) => String(value).padStart(2, '0');

test('a moment written as text reads back as itself, and texts of whole seconds sort as moments do', () => {
  const second = moment.map((time) => Math.floor(time / 1_000) * 1_000);
  fc.assert(fc.property(moment, (time) => epochMsOfIso(isoOfEpochMs(time)) === time));
  fc.assert(fc.property(second, second, (a, b) => isoOfEpochMs(a) < isoOfEpochMs(b) === a < b));
});

test('local time with an offset is the moment it names', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(1, 1), max: Date.UTC(9999, 10) }),
      fc.integer({ min: -1_439, max: 1_439 }),
      fc.constantFrom(':', ''),
      (time, offsetMinutes, colon) => {
        const local = new Date(time + offsetMinutes * 60_000).toISOString().slice(0, -1);
        const size = Math.abs(offsetMinutes);
        const offset = `${offsetMinutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}${colon}${twoDigits(size % 60)}`;
        assert.equal(epochMsOfIso(local + offset), time, local + offset);
      },
    ),
  );
});

const NOON = Date.UTC(2016, 9, 7, 12);
const READ: readonly (readonly [text: string, time: number])[] = [
  ['2016-10-07', Date.UTC(2016, 9, 7)],
  ['2016-10-07T12:00', NOON],
  ['2016-10-07T12:00:00', NOON],
  ['2016-10-07 12:00:00', NOON],
  ['2016-10-07t12:00:00z', NOON],
  ['2016-10-07 12:00:00 Z', NOON],
  ['  2016-10-07T12:00:00Z\n', NOON],
  ['2016-10-07T12:00:00+00:00', NOON],
  ['2016-10-07T12:00:00-00:00', NOON],
  ['2016-10-07T17:30:00+05:30', NOON],
  ['2016-10-07T17:30:00+0530', NOON],
  ['2016-10-07T08:00:00-04', NOON],
  ['2016-10-08T02:00:00+14:00', NOON],
  ['2016-10-07T12:00:00.5Z', NOON + 500],
  ['2016-10-07T12:00:00,25Z', NOON + 250],
  ['2016-10-07T12:00:00.007Z', NOON + 7],
  ['2016-10-07T12:00:00.000999999Z', NOON],
  ['1969-12-31T23:59:59.9999Z', -1],
  ['0001-01-01T00:00:00Z', EPOCH_MS_RANGE.minimum],
  ['9999-12-31T23:59:59.999Z', EPOCH_MS_RANGE.maximum],
  ['0099-12-31', Date.UTC(100, 0, 1) - 86_400_000],
];

for (const [text, time] of READ) test(`reads ${JSON.stringify(text)}`, () => assert.equal(epochMsOfIso(text), time));

const REFUSED = [
  '', 'yesterday', '2016', '2016-10', '20161007', '2016-1-7', '10/07/2016', '2016-10-07T', '2016-10-07T12', '12:00:00Z',
  '2016-10-07T12:00:00.Z', '2016-10-07T12:00:00.1234567890Z', '2016-10-07Z', '2016-10-07T12:00:00 UTC', '+002016-10-07',
  '2016-10-07T24:00:00Z', '2016-10-07T12:60:00Z', '2016-12-31T23:59:60Z',
  '2016-10-07T12:00:00+24:00', '2016-10-07T12:00:00-05:60', '2016-10-07T12:00:00+99:99',
  '0000-12-31', '0001-01-01T00:00:00+00:01', '9999-12-31T23:59:00-00:01',
]; // prettier-ignore

for (const text of REFUSED)
  test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => epochMsOfIso(text), RangeError));

test('a date is read if and only if the calendar has it, leap days included', () => {
  const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const refusedLeapDays: number[] = [];
  for (const year of [1600, 1700, 1900, 1999, 2000, 2015, 2016, 2100, 2400])
    for (let month = 0; month <= 13; month++)
      for (let day = 0; day <= 32; day++) {
        const isLeapYear = [1600, 2000, 2016, 2400].includes(year);
        const lastDay = month === 2 && isLeapYear ? 29 : (daysOfMonth[month - 1] ?? 0);
        const text = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
        if (day >= 1 && day <= lastDay) assert.equal(epochMsOfIso(text), Date.UTC(year, month - 1, day), text);
        else assert.throws(() => epochMsOfIso(text), RangeError, text);
        if (month === 2 && day === 29 && !isLeapYear) refusedLeapDays.push(year);
      }
  assert.deepEqual(refusedLeapDays, [1700, 1900, 1999, 2015, 2100]);
});

test('milliseconds are written only where there are some', () => {
  assert.equal(isoOfEpochMs(NOON), '2016-10-07T12:00:00Z');
  assert.equal(isoOfEpochMs(NOON + 7), '2016-10-07T12:00:00.007Z');
  assert.equal(isoOfEpochMs(-1), '1969-12-31T23:59:59.999Z');
});

test('a number is a moment only as a whole millisecond of the years 1 to 9999', () => {
  const { minimum, maximum } = EPOCH_MS_RANGE;
  for (const value of [minimum, -1, 0, NOON, maximum]) assert.equal(epochMs(value), value);
  for (const value of [minimum - 1, maximum + 1, 0.5, NaN, Infinity, -Infinity, 1e300])
    assert.throws(() => epochMs(value), RangeError, String(value));
});

test('input may be text, digits of epoch ms, a Date or a number', () => {
  const ways = ['2016-10-07T12:00:00Z', String(NOON), ` ${NOON} `, new Date(NOON), NOON];
  assert.deepEqual(
    ways.map(epochMsOfInput),
    ways.map(() => NOON),
  );
  assert.equal(epochMsOfInput('-62135596800000'), EPOCH_MS_RANGE.minimum);
});

test('input that names no moment is refused', () => {
  for (const value of ['', 'now', '1e12', '1475841600000.5', '999999999999999', new Date(NaN), NaN, 0.5])
    assert.throws(() => epochMsOfInput(value), RangeError, String(value));
});

test('digits that look like a year or a date are not taken for a moment of 1970', () => {
  for (const text of ['2016', '201610', '20161007']) assert.throws(() => epochMsOfInput(text), RangeError, text);
});
