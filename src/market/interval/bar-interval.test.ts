import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  BAR_INTERVALS,
  barInterval,
  closeTimeOf,
  countOpenTimes,
  DAY_MS,
  divides,
  fixedStepMs,
  isAligned,
  openTimeAt,
  openTimeOfStep,
  stepAt,
  type BarInterval,
} from './bar-interval.ts';
import { EPOCH_MS_RANGE } from '../time/epoch-ms.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Lengths up to a day, written out again so that the grid is checked against more than itself. */
const LENGTHS: Partial<Record<BarInterval, number>> = {
  '1s': 1_000,
  '5s': 5_000,
  '15s': 15_000,
  '30s': 30_000,
  '1m': MINUTE,
  '3m': 3 * MINUTE,
  '5m': 5 * MINUTE,
  '15m': 15 * MINUTE,
  '30m': 30 * MINUTE,
  '45m': 45 * MINUTE,
  '1h': HOUR,
  '2h': 2 * HOUR,
  '3h': 3 * HOUR,
  '4h': 4 * HOUR,
  '6h': 6 * HOUR,
  '8h': 8 * HOUR,
  '12h': 12 * HOUR,
  '1d': DAY_MS,
};

const interval = fc.constantFrom(...BAR_INTERVALS);
const moment = fc.integer({ min: EPOCH_MS_RANGE.minimum, max: EPOCH_MS_RANGE.maximum });

/** What the calendar says: the clock since midnight, Mondays, firsts of the month. */
function opensByCalendar(time: number, interval: BarInterval): boolean {
  const date = new Date(time);
  const sinceMidnight = time - new Date(time).setUTCHours(0, 0, 0, 0);
  if (interval === '1w') return sinceMidnight === 0 && date.getUTCDay() === 1;
  if (interval === '1M') return sinceMidnight === 0 && date.getUTCDate() === 1;
  return sinceMidnight % (LENGTHS[interval] ?? NaN) === 0;
}

/** Every openTime in `[from, to)`, found by trying each day, or each length from midnight on. */
function openTimesByCalendar(from: number, to: number, interval: BarInterval): number[] {
  const found: number[] = [];
  const stride = LENGTHS[interval] ?? DAY_MS;
  for (let time = new Date(from).setUTCHours(0, 0, 0, 0); time < to; time += stride)
    if (time >= from && opensByCalendar(time, interval)) found.push(time);
  return found;
}

test('only the listed names are intervals, and case matters', () => {
  for (const name of BAR_INTERVALS) assert.equal(barInterval(name), name);
  for (const name of ['', '1', 'm', '1H', '1D', '1W', '2m', '2M', '60s', '1 m', ' 1m', '1min', 'toString', '__proto__'])
    assert.throws(() => barInterval(name), RangeError, name);
});

test('a step and its openTime name each other, and the interval holds every moment between two openTimes', () => {
  fc.assert(
    fc.property(interval, moment, (interval, time) => {
      const step = stepAt(time, interval);
      const openTime = openTimeOfStep(step, interval);
      const nextOpenTime = openTimeOfStep(step + 1, interval);
      assert.equal(stepAt(openTime, interval), step);
      assert.ok(openTime <= time && time < nextOpenTime, `${openTime} <= ${time} < ${nextOpenTime}`);
      assert.equal(stepAt(nextOpenTime - 1, interval), step, 'the last millisecond belongs to the interval too');
    }),
    { numRuns: 2_000 },
  );
});

test('steps count on from 1970', () => {
  for (const name of BAR_INTERVALS) if (name !== '1w') assert.equal(openTimeOfStep(0, name), 0, name);
  assert.equal(openTimeOfStep(0, '1w'), Date.UTC(1970, 0, 5), 'the first Monday');
  assert.equal(stepAt(Date.UTC(2016, 9, 31), '1M'), 46 * 12 + 9);
  assert.equal(stepAt(-1, '1M'), -1);
  assert.equal(openTimeOfStep(-13, '1M'), Date.UTC(1968, 11, 1));
  assert.equal(openTimeOfStep((99 - 1970) * 12, '1M'), new Date('0099-01-01').getTime(), 'not the year 1999');
});

test('each interval closes where the next one opens', () => {
  fc.assert(
    fc.property(interval, moment, (interval, time) => {
      const openTime = openTimeAt(time, interval);
      const closeTime = closeTimeOf(openTime, interval);
      assert.equal(openTimeAt(closeTime, interval), closeTime);
      assert.equal(openTimeAt(closeTime - 1, interval), openTime);
      const days = (closeTime - openTime) / DAY_MS;
      if (interval === '1M') assert.ok(days >= 28 && days <= 31);
      else assert.equal(closeTime - openTime, fixedStepMs(interval));
    }),
    { numRuns: 2_000 },
  );
});

test('intervals are listed shortest first, as a search for the finest one expects', () => {
  const lengths = BAR_INTERVALS.map((name) => closeTimeOf(0, name) - openTimeAt(0, name));
  assert.deepEqual(
    lengths,
    lengths.toSorted((a, b) => a - b),
  );
});

test('lengths are those their names say, and a month has none', () => {
  for (const name of BAR_INTERVALS) {
    const expected = name === '1M' ? undefined : name === '1w' ? 7 * DAY_MS : LENGTHS[name];
    assert.equal(fixedStepMs(name), expected, name);
  }
});

test('intervals open on the clock since midnight, weeks on Mondays, months on their first day', () => {
  const onTheHalfMinute = moment.map((time) => Math.floor(time / 30_000) * 30_000);
  const onTheHour = moment.map((time) => Math.floor(time / HOUR) * HOUR);
  const atMidnight = moment.map((time) => Math.floor(time / DAY_MS) * DAY_MS);
  fc.assert(
    fc.property(interval, fc.oneof(moment, onTheHalfMinute, onTheHour, atMidnight), (interval, time) => {
      assert.equal(isAligned(time, interval), opensByCalendar(time, interval));
      let back = time;
      if (interval === '1w' || interval === '1M') {
        back = new Date(time).setUTCHours(0, 0, 0, 0);
        while (!opensByCalendar(back, interval)) back -= DAY_MS;
        assert.equal(openTimeAt(time, interval), back);
      }
    }),
    { numRuns: 3_000 },
  );
  assert.equal(isAligned(Date.UTC(2016, 9, 3), '1w'), true, '2016-10-03 is a Monday');
  assert.equal(isAligned(EPOCH_MS_RANGE.minimum, '1w'), true, '0001-01-01 is a Monday');
  assert.equal(isAligned(0.5, '1s'), false);
  assert.equal(isAligned(NaN, '1M'), false);
});

test('a range holds as many openTimes as the calendar has in it', () => {
  const anyRange = interval.chain((interval) => {
    const length = fixedStepMs(interval) ?? 30 * DAY_MS;
    const start = fc.oneof(
      moment,
      moment.map((time) => openTimeAt(time, interval)),
    );
    return fc.tuple(fc.constant(interval), start, fc.integer({ min: -2 * length, max: 40 * length }));
  });
  fc.assert(
    fc.property(anyRange, ([interval, from, length]) => {
      const expected = openTimesByCalendar(from, from + length, interval).length;
      assert.equal(countOpenTimes(from, from + length, interval), expected);
    }),
    { numRuns: 500 },
  );
});

test('a half-open range counts the openTime it starts at and not the one it ends at', () => {
  const [noon, one] = [Date.UTC(2016, 9, 7, 12), Date.UTC(2016, 9, 7, 13)];
  assert.equal(countOpenTimes(noon, one, '1m'), 60);
  assert.equal(countOpenTimes(noon, one, '1h'), 1);
  assert.equal(countOpenTimes(noon + 1, one, '1h'), 0);
  assert.equal(countOpenTimes(noon + 1, one + 1, '1h'), 1);
  assert.equal(countOpenTimes(noon, noon, '1h'), 0);
  assert.equal(countOpenTimes(one, noon, '1h'), 0);
  assert.equal(countOpenTimes(Date.UTC(2016, 0), Date.UTC(2017, 0), '1M'), 12);
  assert.equal(countOpenTimes(Date.UTC(2016, 0), Date.UTC(2017, 0), '1d'), 366);
});

test('a smaller interval divides a larger one where each larger openTime is one of the smaller', () => {
  const divisible: string[] = [];
  for (const larger of BAR_INTERVALS) {
    // The grid is the same each day, and this day opens no week or month; three years show how those lie.
    const to = larger === '1w' || larger === '1M' ? Date.UTC(2019, 0) : Date.UTC(2016, 0, 3);
    const openTimes = openTimesByCalendar(Date.UTC(2016, 0, 2), to, larger);
    for (const smaller of BAR_INTERVALS) {
      const fits = smaller !== larger && openTimes.every((time) => opensByCalendar(time, smaller));
      assert.equal(divides(smaller, larger), fits, `${smaller} into ${larger}`);
      if (fits) divisible.push(`${smaller} ${larger}`);
    }
  }
  for (const pair of ['1s 1M', '1d 1w', '1d 1M', '45m 3h', '30m 12h']) assert.ok(divisible.includes(pair), pair);
  for (const pair of ['1w 1M', '45m 1h', '2h 3h', '1m 1m', '1h 1m']) assert.ok(!divisible.includes(pair), pair);
});
