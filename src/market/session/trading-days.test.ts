import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMinutes, appointmentJson } from '../../../test/fixtures/market/session-model.ts';
import { DAY_MS } from '../interval/bar-interval.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import { sessionSchedule } from './schedule-format.ts';
import type { SessionSchedule } from './session-schedule.ts';
import { sessionCloseAfter, sessionsOfDay, tradingDayOf } from './trading-days.ts';

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 16));
const dayOf = (schedule: SessionSchedule, time: string) =>
  iso(tradingDayOf(schedule, Date.parse(`${time}Z`)))?.slice(0, 10);
const sessions = (schedule: SessionSchedule, day: string) =>
  sessionsOfDay(schedule, Date.parse(day)).map(({ session, from, to }) => `${session} ${iso(from)} ${iso(to)}`);
const closeAfter = (schedule: SessionSchedule, time: string) =>
  iso(sessionCloseAfter(schedule, Date.parse(`${time}Z`)));

test('New York opens an hour earlier in UTC once its clock goes forward, and later once it goes back', () => {
  const nasdaq = known('NASDAQ');
  assert.deepEqual(sessions(nasdaq, '2014-03-07'), [
    'pre 2014-03-07T09:00 2014-03-07T14:30',
    'regular 2014-03-07T14:30 2014-03-07T21:00',
    'post 2014-03-07T21:00 2014-03-08T01:00',
  ]);
  assert.deepEqual(sessions(nasdaq, '2014-03-10'), [
    'pre 2014-03-10T08:00 2014-03-10T13:30',
    'regular 2014-03-10T13:30 2014-03-10T20:00',
    'post 2014-03-10T20:00 2014-03-11T00:00',
  ]);
  assert.equal(sessions(nasdaq, '2014-10-31')[1], 'regular 2014-10-31T13:30 2014-10-31T20:00');
  assert.equal(sessions(nasdaq, '2014-11-03')[1], 'regular 2014-11-03T14:30 2014-11-03T21:00');
});

test('an evening of Chicago belongs to the next day, and follows the clock of its own date', () => {
  const cme = known('CME');
  assert.deepEqual(sessions(cme, '2014-03-07'), [
    'post 2014-03-06T23:00 2014-03-07T06:00',
    'pre 2014-03-07T06:00 2014-03-07T14:30',
    'regular 2014-03-07T14:30 2014-03-07T22:00',
  ]);
  assert.deepEqual(sessions(cme, '2014-03-10'), [
    'pre 2014-03-09T22:00 2014-03-10T13:30',
    'regular 2014-03-10T13:30 2014-03-10T21:00',
  ]);
  assert.deepEqual(sessions(cme, '2014-10-31'), [
    'post 2014-10-30T22:00 2014-10-31T05:00',
    'pre 2014-10-31T05:00 2014-10-31T13:30',
    'regular 2014-10-31T13:30 2014-10-31T21:00',
  ]);
  assert.deepEqual(sessions(cme, '2014-11-03'), [
    'pre 2014-11-02T23:00 2014-11-03T14:30',
    'regular 2014-11-03T14:30 2014-11-03T22:00',
  ]);
  assert.equal(dayOf(cme, '2014-03-09T22:00'), '2014-03-10');
  assert.equal(dayOf(cme, '2014-03-09T21:59'), undefined);
});

test('futures of Chicago trade from five on Sunday afternoon', () => {
  const cme = known('CME');
  assert.equal(sessions(cme, '2013-10-07')[0], 'pre 2013-10-06T22:00 2013-10-07T13:30');
  assert.equal(dayOf(cme, '2013-10-06T22:00'), '2013-10-07');
  assert.equal(dayOf(cme, '2013-10-06T21:59'), undefined);
});

test('the Sunday evening before a holiday belongs to Tuesday', () => {
  const cme = known('CME');
  assert.equal(dayOf(cme, '2007-01-15T03:00'), '2007-01-16');
  assert.deepEqual(sessions(cme, '2007-01-15'), []);
  assert.deepEqual(sessions(cme, '2007-01-16'), [
    'pre 2007-01-14T23:00 2007-01-15T06:00',
    'pre 2007-01-16T06:00 2007-01-16T14:30',
    'regular 2007-01-16T14:30 2007-01-16T22:00',
  ]);
});

test('Hong Kong breaks for lunch, and its night belongs to the next trading day', () => {
  const hkfe = known('HKFE');
  assert.deepEqual(sessions(hkfe, '2018-06-05'), [
    'post 2018-06-04T09:15 2018-06-04T16:00',
    'pre 2018-06-04T16:00 2018-06-04T19:00',
    'pre 2018-06-05T00:45 2018-06-05T01:15',
    'regular 2018-06-05T01:15 2018-06-05T04:00',
    'pre 2018-06-05T04:30 2018-06-05T05:00',
    'regular 2018-06-05T05:00 2018-06-05T08:30',
  ]);
  assert.equal(dayOf(hkfe, '2018-06-08T09:15'), '2018-06-11', 'Friday night');
  assert.equal(dayOf(hkfe, '2018-06-08T18:59'), '2018-06-11', 'Saturday morning in Hong Kong');
  assert.equal(dayOf(hkfe, '2018-06-08T19:00'), undefined);
  assert.equal(dayOf(hkfe, '2018-06-15T09:15'), '2018-06-19', 'Friday night before a Monday without trading');
  assert.equal(dayOf(hkfe, '2018-06-05T04:15'), undefined, 'lunch');
});

test('Hong Kong closes at noon on the last day of a year, and has no night', () => {
  assert.deepEqual(sessions(known('HKFE'), '2018-12-31').at(-1), 'regular 2018-12-31T01:15 2018-12-31T04:00');
  assert.equal(dayOf(known('HKFE'), '2018-12-31T09:30'), undefined);
});

test('Mumbai opens at 03:45Z all year', () => {
  for (const day of ['2014-01-09', '2014-06-05'])
    assert.deepEqual(sessions(known('NSE'), day), [
      `pre ${day}T03:30 ${day}T03:45`,
      `regular ${day}T03:45 ${day}T10:00`,
      `post ${day}T10:10 ${day}T10:30`,
    ]);
});

test('an early close takes away what comes after it, a holiday everything', () => {
  const nasdaq = known('NASDAQ');
  assert.deepEqual(sessions(nasdaq, '2014-07-03'), [
    'pre 2014-07-03T08:00 2014-07-03T13:30',
    'regular 2014-07-03T13:30 2014-07-03T17:00',
  ]);
  assert.equal(dayOf(nasdaq, '2014-07-03T17:00'), undefined);
  assert.deepEqual(sessions(nasdaq, '2014-07-04'), []);
  assert.equal(dayOf(nasdaq, '2014-07-04T15:00'), undefined);
  assert.deepEqual(sessions(nasdaq, '2014-07-05'), [], 'a Saturday');
});

test('currencies trade to an early close, and from a late open on for the next day', () => {
  const oanda = known('OANDA');
  assert.deepEqual(sessions(oanda, '2014-12-31'), ['regular 2014-12-30T22:03 2014-12-31T19:00']);
  assert.deepEqual(sessions(oanda, '2018-12-31'), ['regular 2018-12-30T22:03 2018-12-31T21:58']);
  assert.deepEqual(sessions(oanda, '2019-01-01'), []);
  assert.deepEqual(sessions(oanda, '2019-01-02'), ['regular 2019-01-01T22:03 2019-01-02T21:58']);
  assert.deepEqual(sessions(oanda, '2024-12-26'), ['regular 2024-12-25T22:05 2024-12-26T21:58']);
  assert.equal(dayOf(oanda, '2018-12-31T22:30'), undefined);
});

test('the evening before a Friday without trading belongs to Monday, not to Sunday evening', () => {
  const oanda = known('OANDA');
  assert.equal(dayOf(oanda, '2015-12-25T01:00'), '2015-12-28');
  assert.deepEqual(sessions(oanda, '2015-12-27'), []);
  assert.deepEqual(sessions(oanda, '2015-12-28'), [
    'regular 2015-12-24T22:03 2015-12-25T05:00',
    'regular 2015-12-27T22:03 2015-12-28T21:58',
  ]);
});

test('days of an exchange that never closes are UTC dates', () => {
  const zones = ['24x7', 'COINBASE'].map(known);
  const elsewhere = sessionSchedule('elsewhere', { ...appointmentJson('COINBASE'), timeZone: 'Asia/Tokyo' });
  for (const schedule of [...zones, elsewhere]) {
    assert.deepEqual(sessions(schedule, '2016-10-08'), ['regular 2016-10-08T00:00 2016-10-09T00:00']);
    assert.equal(dayOf(schedule, '2016-10-08T23:59'), '2016-10-08');
    assert.equal(closeAfter(schedule, '2016-10-08T23:59'), '2016-10-09T00:00');
  }
});

test('a date that is open from midnight to midnight is a day of its own', () => {
  const whole = { start: '00:00:00', end: '1.00:00:00', state: 'market' };
  const fiveDays = sessionSchedule('five days', {
    ...appointmentJson('OANDA'),
    week: {
      sunday: [{ ...whole, start: '17:00:00' }],
      monday: [whole],
      tuesday: [whole],
      wednesday: [whole],
      thursday: [whole],
      friday: [{ ...whole, end: '17:00:00' }],
      saturday: [],
    },
  });
  assert.deepEqual(sessions(fiveDays, '2014-06-02'), ['regular 2014-06-01T21:00 2014-06-03T04:00']);
  assert.deepEqual(sessions(fiveDays, '2014-06-03'), ['regular 2014-06-03T04:00 2014-06-04T04:00']);
  assert.deepEqual(sessions(fiveDays, '2014-06-06'), ['regular 2014-06-06T04:00 2014-06-06T21:00']);
});

test('the close that comes next is that of the running trading day until it is over', () => {
  const nasdaq = known('NASDAQ');
  assert.equal(closeAfter(nasdaq, '2014-07-03T12:00'), '2014-07-03T17:00');
  assert.equal(closeAfter(nasdaq, '2014-07-03T16:59'), '2014-07-03T17:00');
  assert.equal(closeAfter(nasdaq, '2014-07-03T17:00'), '2014-07-07T20:00');
  assert.equal(closeAfter(known('HKFE'), '2018-06-05T04:15'), '2018-06-05T08:30');
  assert.equal(closeAfter(known('CME'), '2014-03-09T23:30'), '2014-03-10T21:00');
});

for (const exchange of ['NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE', 'COINBASE']) {
  test(`trading days and sessions of ${exchange} are those that a walk from minute to minute finds`, () => {
    const schedule = known(exchange);
    const json = appointmentJson(exchange);
    const change = [...json.holidays, ...Object.keys(json.earlyCloses), ...Object.keys(json.lateOpens)];
    const date = fc.oneof(
      fc.integer({ min: Date.UTC(1998, 0) / DAY_MS, max: Date.UTC(2032, 0) / DAY_MS }),
      fc.constantFrom('2014-03-09', '2021-11-07', ...change).map((text) => Date.parse(text) / DAY_MS - 3),
    );
    fc.assert(
      fc.property(date, (first) => {
        const from = first * DAY_MS;
        const to = from + 7 * DAY_MS;
        const minutes = new Map(openMinutes(json, from, to).map((minute) => [minute.time, minute]));
        for (let time = from; time < to; time += 60_000)
          assert.equal(tradingDayOf(schedule, time), minutes.get(time)?.tradingDay, iso(time));
        for (let day = from; day < to; day += DAY_MS) {
          for (const session of sessionsOfDay(schedule, day)) {
            const end = Math.min(session.to, to);
            for (let time = Math.max(session.from, from); time < end; time += 60_000) {
              const minute = minutes.get(time);
              assert.deepEqual([minute?.tradingDay, minute?.session], [day, session.session], iso(time));
            }
          }
        }
      }),
      { numRuns: 3 },
    );
  });
}
