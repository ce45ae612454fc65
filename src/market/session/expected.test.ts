import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMinutes, appointmentJson } from '../../../test/fixtures/market/session-model.ts';
import { BAR_INTERVALS, DAY_MS, isAligned, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { epochMs, epochMsOfIso } from '../time/epoch-ms.ts';
import type { TimeRange } from '../time/time-range.ts';
import { expectedOpenTimes, expectedRuns } from './expected.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import { sessionSchedule } from './schedule-format.ts';
import type { SessionSchedule, TrackedSessions } from './session-schedule.ts';

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

const range = (from: string, to: string): TimeRange => ({ from: epochMsOfIso(from), to: epochMsOfIso(to) });
const iso = (time: number) => new Date(time).toISOString().slice(0, 16);

function runs(
  schedule: SessionSchedule,
  { from, to }: TimeRange,
  interval: BarInterval,
  tracked: TrackedSessions = 'regular',
) {
  return expectedRuns(schedule, { from, to }, interval, tracked).map(({ from, to }) => `${iso(from)} ${iso(to)}`);
}

test('below a day, an interval is expected that overlaps a session', () => {
  const nasdaq = known('NASDAQ');
  const thursday = range('2014-06-05', '2014-06-06');
  assert.deepEqual(runs(nasdaq, thursday, '1m'), ['2014-06-05T13:30 2014-06-05T20:00']);
  assert.deepEqual(runs(nasdaq, thursday, '1h'), ['2014-06-05T13:00 2014-06-05T20:00']);
  assert.deepEqual(runs(nasdaq, thursday, '4h'), ['2014-06-05T12:00 2014-06-05T20:00']);
  assert.deepEqual(runs(nasdaq, thursday, '12h'), ['2014-06-05T12:00 2014-06-06T00:00']);
  assert.deepEqual(runs(nasdaq, thursday, '1m', 'extended'), ['2014-06-05T08:00 2014-06-06T00:00']);
  assert.deepEqual(runs(known('NSE'), thursday, '1h'), ['2014-06-05T03:00 2014-06-05T10:00']);
  assert.deepEqual(runs(known('HKFE'), range('2018-06-05', '2018-06-06'), '1m'), [
    '2018-06-05T01:15 2018-06-05T04:00',
    '2018-06-05T05:00 2018-06-05T08:30',
  ]);
  assert.deepEqual(runs(known('HKFE'), range('2018-06-05', '2018-06-06'), '2h'), ['2018-06-05T00:00 2018-06-05T10:00']);
});

test('minutes follow the changes of the clock, in the sessions of either side', () => {
  const twoDays = ['2014-03-07', '2014-03-11'] as const;
  assert.deepEqual(runs(known('NASDAQ'), range(...twoDays), '1m'), [
    '2014-03-07T14:30 2014-03-07T21:00',
    '2014-03-10T13:30 2014-03-10T20:00',
  ]);
  assert.deepEqual(runs(known('CME'), range(...twoDays), '1m', 'extended'), [
    '2014-03-07T00:00 2014-03-07T22:00',
    '2014-03-09T22:00 2014-03-10T21:00',
    '2014-03-10T22:00 2014-03-11T00:00',
  ]);
});

test('an interval that opens before the range or after it is not expected in it', () => {
  const nasdaq = known('NASDAQ');
  assert.deepEqual(
    [...expectedOpenTimes(nasdaq, range('2014-06-05T13:10Z', '2014-06-05T15:30Z'), '1h', 'regular')].map(iso),
    ['2014-06-05T14:00', '2014-06-05T15:00'],
  );
  assert.deepEqual(runs(nasdaq, range('2014-06-05T19:30Z', '2014-06-06T12:00Z'), '1h'), []);
  assert.deepEqual(runs(nasdaq, range('2014-06-05T12:00Z', '2014-06-05T12:01Z'), '4h'), [
    '2014-06-05T12:00 2014-06-05T12:01',
  ]);
  assert.deepEqual(runs(nasdaq, range('2014-06-05T15:00Z', '2014-06-05T15:00Z'), '1m'), []);
});

test('a day is expected if it is a trading day', () => {
  assert.deepEqual(runs(known('NASDAQ'), range('2014-07-01', '2014-07-09'), '1d'), [
    '2014-07-01T00:00 2014-07-04T00:00',
    '2014-07-07T00:00 2014-07-09T00:00',
  ]);
  assert.deepEqual(runs(known('OANDA'), range('2018-12-29', '2019-01-03'), '1d', 'extended'), [
    '2018-12-31T00:00 2019-01-01T00:00',
    '2019-01-02T00:00 2019-01-03T00:00',
  ]);
  assert.deepEqual(runs(known('NASDAQ'), range('2014-07-02T00:01Z', '2014-07-03T00:01Z'), '1d'), [
    '2014-07-03T00:00 2014-07-03T00:01',
  ]);
});

test('a week or month is expected if it has a trading day', () => {
  const januaryWithoutTrading = Array.from({ length: 31 }, (_, i) => `2014-01-${String(i + 1).padStart(2, '0')}`);
  const schedule = sessionSchedule('closed', { ...appointmentJson('NASDAQ'), holidays: januaryWithoutTrading });
  assert.deepEqual(runs(schedule, range('2013-12-01', '2014-03-01'), '1M'), [
    '2013-12-01T00:00 2014-01-01T00:00',
    '2014-02-01T00:00 2014-03-01T00:00',
  ]);
  assert.deepEqual(runs(schedule, range('2013-12-22', '2014-02-10'), '1w'), [
    '2013-12-23T00:00 2014-01-06T00:00',
    '2014-02-03T00:00 2014-02-10T00:00',
  ]);
});

test('after the last known year, no holidays are assumed', () => {
  assert.deepEqual(runs(known('NASDAQ'), range('2029-12-24', '2029-12-29'), '1d'), [
    '2029-12-24T00:00 2029-12-29T00:00',
  ]);
});

test('an exchange that never closes gives one run, however long the range', () => {
  const always = range('0001-01-01', '9999-12-31');
  for (const interval of BAR_INTERVALS)
    assert.deepEqual(expectedRuns(known('24x7'), always, interval, 'regular'), [always]);
  assert.deepEqual(runs(known('24x7'), range('2016-10-07T12:01Z', '2016-10-07T12:59Z'), '1h'), []);
});

test('a trading year of New York has as many minutes as its days, three of them short', () => {
  const year = range('2014-01-01', '2015-01-01');
  const minutes = expectedOpenTimes(known('NASDAQ'), year, '1m', 'regular');
  assert.equal(minutes.length, 252 * 390 - 3 * 180);
  assert.equal(expectedOpenTimes(known('NASDAQ'), year, '1d', 'regular').length, 252);
  assert.equal(expectedOpenTimes(known('NASDAQ'), year, '1M', 'regular').length, 12);
});

const somewhere = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE', '24x7'),
  interval: fc.constantFrom(...BAR_INTERVALS),
  tracked: fc.constantFrom('regular', 'extended'),
  from: fc.integer({ min: Date.UTC(1998, 0), max: Date.UTC(2032, 0) }),
  length: fc.integer({ min: 1, max: 12 * DAY_MS }),
});

test('runs are disjoint, ascending, within the range, none without an openTime, and hold exactly the openTimes', () => {
  fc.assert(
    fc.property(somewhere, ({ exchange, interval, tracked, from, length }) => {
      const within = { from: epochMs(from), to: epochMs(from + length) };
      const found = expectedRuns(known(exchange), within, interval, tracked);
      const openTimes = expectedOpenTimes(known(exchange), within, interval, tracked);
      for (const [i, run] of found.entries()) {
        assert.ok(run.from < run.to && run.from >= within.from && run.to <= within.to);
        assert.ok(i === 0 || found[i - 1].to < run.from);
        assert.ok(openTimes.some((time) => time >= run.from && time < run.to));
      }
      for (const [i, time] of openTimes.entries()) {
        assert.ok(isAligned(time, interval) && (i === 0 || time > openTimes[i - 1]));
        assert.ok(found.some((run) => time >= run.from && time < run.to));
      }
    }),
    { numRuns: 150 },
  );
});

const MODEL_INTERVALS = ['1m', '3m', '5m', '15m', '30m', '45m', '1h', '2h', '4h', '6h', '8h', '12h'] as const;

for (const exchange of ['NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE', 'COINBASE']) {
  test(`intervals expected of ${exchange} are those in which a walk from minute to minute finds it open`, () => {
    const json = appointmentJson(exchange);
    const changed = [...json.holidays, ...Object.keys(json.earlyCloses), ...Object.keys(json.lateOpens)];
    const date = fc.oneof(
      fc.integer({ min: Date.UTC(1998, 0) / DAY_MS, max: Date.UTC(2032, 0) / DAY_MS }),
      fc.constantFrom('2014-03-09', '2021-11-07', ...changed).map((text) => Date.parse(text) / DAY_MS - 3),
    );
    fc.assert(
      fc.property(date, (first) => {
        const week = { from: epochMs(first * DAY_MS), to: epochMs((first + 7) * DAY_MS) };
        const minutes = openMinutes(json, week.from, week.to);
        for (const tracked of ['regular', 'extended'] as const) {
          const open = minutes.filter(({ session }) => tracked === 'extended' || session === 'regular');
          for (const interval of MODEL_INTERVALS) {
            const expected = new Set(open.map(({ time }) => openTimeAt(time, interval)));
            // An interval that the start of the week cuts cannot occur, as midnight UTC is on every grid.
            assert.deepEqual(
              [...expectedOpenTimes(known(exchange), week, interval, tracked)],
              [...expected],
              `${tracked} ${interval}`,
            );
          }
        }
      }),
      { numRuns: 2 },
    );
  });
}
