import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EPOCH_MS_RANGE, epochMs, epochMsOfInput, epochMsOfIso, epochMsOfWire, isoOfEpochMs } from './epoch-ms.ts';

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
  '',
  'yesterday',
  '2016',
  '2016-10',
  '20161007',
  '2016-1-7',
  '10/07/2016',
  '2016-10-07T',
  '2016-10-07T12',
  '12:00:00Z',
  '2016-10-07T12:00:00.Z',
  '2016-10-07T12:00:00.1234567890Z',
  '2016-10-07Z',
  '2016-10-07T12:00:00 UTC',
  '+002016-10-07',
  '2016-10-07T24:00:00Z',
  '2016-10-07T12:60:00Z',
  '2016-12-31T23:59:60Z',
  '2016-10-07T12:00:00+24:00',
  '2016-10-07T12:00:00-05:60',
  '2016-10-07T12:00:00+99:99',
  '0000-12-31',
  '0001-01-01T00:00:00+00:01',
  '9999-12-31T23:59:00-00:01',
];

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

const FIRST_BAR_1962 = Date.UTC(1962, 0, 2);
const EPOCHS: readonly (readonly [written: string | number, time: number])[] = [
  [NOON / 1_000, NOON],
  [NOON, NOON],
  [NOON * 1_000, NOON],
  [NOON * 1_000 + 999, NOON],
  [String(NOON / 1_000), NOON],
  [`${NOON / 1_000}.5`, NOON + 500],
  [` ${NOON}\n`, NOON],
  [`${NOON}000`, NOON],
  [`${NOON}000000`, NOON],
  [`${NOON}000001`, NOON],
  [FIRST_BAR_1962 / 1_000, FIRST_BAR_1962],
  [String(FIRST_BAR_1962 / 1_000), FIRST_BAR_1962],
  [100_000_000, Date.UTC(1973, 2, 3, 9, 46, 40)],
  [99_999_999_999, Date.UTC(5138, 10, 16, 9, 46, 39)],
  [100_000_000_000, Date.UTC(1973, 2, 3, 9, 46, 40)],
  [100_000_000_000_000, Date.UTC(1973, 2, 3, 9, 46, 40)],
  [100_000_000_000_000_000, Date.UTC(1973, 2, 3, 9, 46, 40)],
  ['-62135596800000', EPOCH_MS_RANGE.minimum],
  [0, 0],
  ['0', 0],
];

for (const [written, time] of EPOCHS)
  test(`text and JSON: ${JSON.stringify(written)} is ${isoOfEpochMs(time)}`, () =>
    assert.equal(epochMsOfWire(written), time));

test('text and JSON tell a moment of 1973 to 2099 alike in s, ms, us and ns', () => {
  const second = fc.integer({ min: 100_000_000, max: 4_102_444_799 });
  fc.assert(
    fc.property(second, (time) => {
      const digits = ['', '000', '000000', '000000000'].map((zeros) => `${time}${zeros}`);
      for (const text of digits) assert.equal(epochMsOfWire(text), time * 1_000, text);
      for (const text of digits) assert.equal(epochMsOfWire(Number(text)), time * 1_000, text);
    }),
  );
});

test('text and JSON refuse what names no moment, and numbers that may be a year or a day', () => {
  const refused = ['', 'now', '1e12', '0x57f7e5c0', '1475841600.', 'Infinity', NaN, Infinity, 1e300, 0.5, 2016, 201610];
  for (const value of [...refused, 20161007, '2016', '201610', '20161007', '-20161007', '99999999'])
    assert.throws(() => epochMsOfWire(value), RangeError, String(value));
});

test('an offset whose + became a space is told with what to do', () => {
  for (const text of ['2016-10-07T12:00:00 00:00', '2016-10-07T12:00 05:30', '2016-10-07T12:00:00.5 02'])
    assert.throws(() => epochMsOfIso(text), { message: /write \+ as %2B/ });
  assert.throws(() => epochMsOfIso('2016-10-07 12'), { message: /Not a time such as/ });
});

test('a program gives text, a Date or a number of epoch ms', () => {
  const ways = ['2016-10-07T12:00:00Z', String(NOON), String(NOON / 1_000), new Date(NOON), NOON];
  assert.deepEqual(
    ways.map(epochMsOfInput),
    ways.map(() => NOON),
  );
  for (const time of [0, -1, 86_400_000, Date.UTC(1962, 0, 2), Date.UTC(1970, 1, 18)])
    assert.equal(epochMsOfInput(time), time);
});

test('a number of a program that looks like seconds is refused, while the moment itself can be given', () => {
  for (const seconds of [NOON / 1_000, 100_000_000, FIRST_BAR_1962 / 1_000, 4_102_444_799])
    assert.throws(() => epochMsOfInput(seconds), { message: /looks like epoch seconds .*must be epoch milliseconds/ });
  const january1970 = new Date(NOON / 1_000);
  assert.equal(epochMsOfInput(january1970), NOON / 1_000);
  assert.equal(epochMsOfInput(january1970.toISOString()), Math.floor(NOON / 1_000));
});

test('input of a program that names no moment is refused', () => {
  for (const value of ['', 'now', NOON * 1_000, new Date(NaN), NaN, 0.5])
    assert.throws(() => epochMsOfInput(value), RangeError, String(value));
});
