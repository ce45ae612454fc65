import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { ZonedSeries, type ZoneFault } from './zoned-series.ts';
import { ZonedTimes } from './zoned-times.ts';

// Changes of half an hour, in the south, at midnight, for a few weeks, and a date that was left out.
const ZONES = [
  'America/New_York',
  'Europe/London',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Africa/Cairo',
  'Pacific/Apia',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'US/Eastern',
  'EST',
  'UTC',
];

const wallOf = (text: string) => Date.parse(`${text}Z`);
const iso = (time: number) => new Date(time).toISOString().slice(0, 16);

/** The moments of rows at local times, or why they have none. */
function placed(zone: string, walls: readonly number[]): (number | ZoneFault)[] {
  const out: (number | ZoneFault)[] = [];
  const series = new ZonedSeries(new ZonedTimes(zone), (row, time, fault) => (out[row] = fault ?? time));
  walls.forEach((wall, row) => series.add(row, wall));
  series.end();
  return out;
}

const inNewYork = (texts: readonly string[]) =>
  placed('America/New_York', texts.map(wallOf)).map((time) => (typeof time === 'number' ? iso(time) : time));

const november = (...clocks: string[]) => clocks.map((clock) => `2024-11-03T${clock}`);

test('rows in ascending order tell the passes of a doubled hour', () => {
  assert.deepEqual(
    inNewYork(november('00:00', '01:00', '01:00', '02:00')),
    november('04:00', '05:00', '06:00', '07:00'),
  );
  assert.deepEqual(
    inNewYork(november('00:30', '01:00', '01:30', '01:00', '01:30', '02:00')),
    november('04:30', '05:00', '05:30', '06:00', '06:30', '07:00'),
  );
  assert.deepEqual(
    inNewYork(november('00:30', '01:10', '01:50', '01:20', '02:00')),
    november('04:30', '05:10', '05:50', '06:20', '07:00'),
  );
});

test('rows in descending order tell them as well', () => {
  assert.deepEqual(
    inNewYork(november('02:00', '01:30', '01:00', '01:30', '01:00', '00:30')),
    november('07:00', '06:30', '06:00', '05:30', '05:00', '04:30'),
  );
  assert.deepEqual(
    inNewYork(november('02:00', '01:00', '01:00', '00:00')),
    november('07:00', '06:00', '05:00', '04:00'),
  );
});

test('a file that begins or ends in the doubled hour is told by its other rows', () => {
  assert.deepEqual(inNewYork(november('00:00', '01:00', '01:00')), november('04:00', '05:00', '06:00'));
  assert.deepEqual(inNewYork(november('01:00', '01:00', '02:00')), november('05:00', '06:00', '07:00'));
  assert.deepEqual(
    inNewYork(november('01:00', '01:30', '01:00', '01:30')),
    november('05:00', '05:30', '06:00', '06:30'),
  );
});

const AMBIGUOUS: readonly (readonly [why: string, clocks: readonly string[]])[] = [
  ['one pass alone could be either', ['00:00', '01:00', '02:00']],
  ['one pass alone, with several rows', ['00:00', '01:00', '01:30', '02:00']],
  ['nothing shows the order', ['01:00', '01:00']],
  ['two rows alone could be one pass or, newest first, two', ['01:50', '01:55']],
  ['three passes', ['00:00', '01:00', '01:00', '01:00', '02:00']],
  ['rows around in no order', ['03:00', '00:00', '01:00', '01:00', '02:00']],
  ['rows around repeat themselves', ['00:00', '00:00', '01:00', '01:00', '02:00']],
  ['the row after is before', ['00:30', '01:00', '01:00', '00:00']],
];
for (const [why, clocks] of AMBIGUOUS)
  test(`rows of a doubled hour are ambiguous: ${why}`, () => {
    const out = inNewYork(november(...clocks));
    clocks.forEach((clock, at) =>
      assert.equal(out[at] === 'ambiguousTime', clock.startsWith('01'), `${clock} at ${at}`),
    );
  });

test('a time that the clock skips has no moment', () => {
  assert.deepEqual(inNewYork(['2024-03-10T01:59', '2024-03-10T02:00', '2024-03-10T02:59', '2024-03-10T03:00']), [
    '2024-03-10T06:59',
    'skippedTime',
    'skippedTime',
    '2024-03-10T07:00',
  ]);
});

test('rows without end in a doubled hour do not wait without end', () => {
  const walls = Array.from({ length: 25_000 }, () => wallOf('2024-11-03T01:30'));
  assert.deepEqual(new Set(placed('America/New_York', walls)), new Set(['ambiguousTime']));
});

test('an unknown zone is refused', () => {
  assert.throws(() => new ZonedTimes('Mars/Olympus'), RangeError);
});

test('every local time has the moments that Temporal says', () => {
  const minute = fc.integer({ min: Date.UTC(1970, 0) / 60_000, max: Date.UTC(2040, 0) / 60_000 });
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      minute,
      fc.array(fc.integer({ min: -20_000, max: 20_000 })),
      (zone, start, steps) => {
        const times = new ZonedTimes(zone);
        for (const step of [0, ...steps]) {
          const wall = (start + step) * 60_000;
          const plain = Temporal.PlainDateTime.from(new Date(wall).toISOString().slice(0, 19));
          const [first, second] = (['earlier', 'later'] as const).map((disambiguation) =>
            plain.toZonedDateTime(zone, { disambiguation }),
          );
          const isSkipped = !(first?.toPlainDateTime().equals(plain) ?? false);
          assert.equal(times.first(wall), isSkipped ? NaN : first?.epochMilliseconds, `${plain.toString()} ${zone}`);
          assert.equal(times.second(wall), isSkipped ? NaN : second?.epochMilliseconds, `${plain.toString()} ${zone}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('moments on any clock, in either order, read back or are ambiguous', () => {
  const changes = Object.values({
    'America/New_York': '2024-11-03T06:00Z',
    'Europe/London': '2023-10-29T01:00Z',
    'Australia/Lord_Howe': '2024-04-06T15:00Z',
  }).map((text) => Date.parse(text));
  fc.assert(
    fc.property(
      fc.constantFrom('America/New_York', 'Europe/London', 'Australia/Lord_Howe'),
      fc.constantFrom(...changes),
      fc.uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1 }),
      fc.constantFrom(5, 10, 30, 60),
      fc.constantFrom(1, -1),
      (zone, change, steps, minutes, order) => {
        const times = steps.map((step) => change + step * minutes * 60_000).sort((a, b) => (a - b) * order);
        const walls = times.map((time) => time + offsetAt(zone, time));
        placed(zone, walls).forEach((found, at) => {
          if (found === 'ambiguousTime')
            assert.ok(isDoubled(zone, walls[at] ?? NaN), 'only doubled hours are ambiguous');
          else assert.equal(found, times[at], `${iso(walls[at] ?? NaN)} in ${zone}`);
        });
      },
    ),
    { numRuns: 1_000 },
  );
});

const offsetAt = (zone: string, time: number) =>
  Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).offsetNanoseconds / 1e6;

function isDoubled(zone: string, wall: number): boolean {
  const times = new ZonedTimes(zone);
  return times.first(wall) !== times.second(wall);
}
