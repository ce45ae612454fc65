import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aggregateBars } from '../bar/aggregate-bars.ts';
import { FINAL, type Bar } from '../bar/bar.ts';
import { barsOf, newBarColumns, type BarColumns } from '../bar/bar-columns.ts';
import { columnsOfRows } from '../bar/bar-rows.ts';
import { openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { aggregateBySession } from './aggregate-by-session.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import type { SessionSchedule, TrackedSessions } from './session-schedule.ts';
import { sessionsOfDay, tradingDayOf } from './trading-days.ts';

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

const MINUTE = 60_000;

/** Bars of one minute, each with volume 1, in `[from, to)`; the price counts the minutes. */
function minutesOf(from: string, to: string): BarColumns {
  const first = Date.parse(`${from}Z`);
  const bars = newBarColumns((Date.parse(`${to}Z`) - first) / MINUTE);
  for (const i of bars.openTime.keys()) {
    bars.openTime[i] = first + i * MINUTE;
    bars.open[i] = bars.high[i] = bars.low[i] = bars.close[i] = i;
    bars.volume[i] = 1;
    bars.state[i] = FINAL;
  }
  return bars;
}

/** openTime and number of minutes of each bar. */
function counted(bars: BarColumns): string[] {
  return barsOf(bars).map(({ openTime, volume }) => `${new Date(openTime).toISOString().slice(0, 16)} ${volume}`);
}

const hours = (schedule: string, minutes: BarColumns, tracked: TrackedSessions = 'regular') =>
  counted(aggregateBySession(minutes, '1h', known(schedule), tracked));

test('hours count from the opening, the last one ends with the session, and what is outside is left out', () => {
  const wholeDays = minutesOf('2014-07-02T00:00', '2014-07-04T00:00');
  assert.deepEqual(hours('NASDAQ', wholeDays), [
    '2014-07-02T13:30 60',
    '2014-07-02T14:30 60',
    '2014-07-02T15:30 60',
    '2014-07-02T16:30 60',
    '2014-07-02T17:30 60',
    '2014-07-02T18:30 60',
    '2014-07-02T19:30 30',
    '2014-07-03T13:30 60',
    '2014-07-03T14:30 60',
    '2014-07-03T15:30 60',
    '2014-07-03T16:30 30',
  ]);
});

test('with all sessions, hours count from where trading begins, across the regular opening', () => {
  const day = minutesOf('2014-07-03T00:00', '2014-07-04T00:00');
  const expected = ['08', '09', '10', '11', '12', '13', '14', '15', '16'].map((hour) => `2014-07-03T${hour}:00 60`);
  // Post-market trading of the second of July ends as the third begins in UTC.
  assert.deepEqual(hours('NASDAQ', day, 'extended'), expected);
});

test('hours count anew after a pause', () => {
  assert.deepEqual(hours('HKFE', minutesOf('2018-06-05T00:00', '2018-06-06T00:00')), [
    '2018-06-05T01:15 60',
    '2018-06-05T02:15 60',
    '2018-06-05T03:15 45',
    '2018-06-05T05:00 60',
    '2018-06-05T06:00 60',
    '2018-06-05T07:00 60',
    '2018-06-05T08:00 30',
  ]);
});

test('hours of a session that runs through the night go on over midnight', () => {
  const bars = aggregateBySession(minutesOf('2014-03-06T22:30', '2014-03-07T06:00'), '4h', known('CME'), 'extended');
  assert.deepEqual(counted(bars), ['2014-03-06T23:00 240', '2014-03-07T03:00 180']);
});

test('a day holds the trading day, its evening before included, under its own date', () => {
  const days = (schedule: string, minutes: BarColumns, tracked: TrackedSessions) =>
    counted(aggregateBySession(minutes, '1d', known(schedule), tracked));
  const weekend = minutesOf('2014-03-06T23:00', '2014-03-11T00:00');
  assert.deepEqual(days('CME', weekend, 'extended'), [
    '2014-03-07T00:00 1380',
    '2014-03-10T00:00 1380',
    '2014-03-11T00:00 120',
  ]);
  assert.deepEqual(days('CME', weekend, 'regular'), ['2014-03-07T00:00 450', '2014-03-10T00:00 450']);
  const hongKong = minutesOf('2018-06-08T09:00', '2018-06-11T12:00');
  assert.deepEqual(days('HKFE', hongKong, 'regular'), ['2018-06-11T00:00 375']);
  assert.deepEqual(days('HKFE', hongKong, 'extended'), ['2018-06-11T00:00 1020', '2018-06-12T00:00 165']);
});

test('weeks and months hold the trading days of their dates', () => {
  // Sunday evening, the first of June in UTC and in Chicago, belongs to Monday the second.
  const minutes = minutesOf('2014-05-30T13:00', '2014-06-02T14:00');
  const by = (interval: BarInterval) => counted(aggregateBySession(minutes, interval, known('CME'), 'extended'));
  assert.deepEqual(by('1w'), ['2014-05-26T00:00 480', '2014-06-02T00:00 960']);
  assert.deepEqual(by('1M'), ['2014-05-01T00:00 480', '2014-06-01T00:00 960']);
});

test('a piece in which nothing traded has no bar, nor do parts outside the sessions make one', () => {
  const flat = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
  const rows = [
    '2014-06-05T08:00Z',
    '2014-06-05T13:29Z',
    '2014-06-05T13:30Z',
    '2014-06-05T19:59Z',
    '2014-06-05T20:00Z',
  ];
  const { columns } = columnsOfRows(
    rows.map((openTime) => ({ ...flat, openTime })),
    FINAL,
  );
  assert.deepEqual(hours('NASDAQ', columns), ['2014-06-05T13:30 1', '2014-06-05T19:30 1']);
  assert.deepEqual(hours('NASDAQ', newBarColumns(0)), []);
  assert.deepEqual(hours('NASDAQ', minutesOf('2014-06-07T00:00', '2014-06-08T00:00')), []);
});

const partsSomewhere = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE', '24x7'),
  tracked: fc.constantFrom('regular', 'extended'),
  start: fc.integer({ min: Date.UTC(1998, 0) / MINUTE, max: Date.UTC(2032, 0) / MINUTE }),
  gaps: fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6_000 })), { maxLength: 60 }),
});

test('each part that is in a tracked session lies in one bar, that of its trading day', () => {
  fc.assert(
    fc.property(
      partsSomewhere,
      fc.constantFrom('5m', '45m', '1h', '4h', '1d', '1w', '1M'),
      ({ exchange, tracked, start, gaps }, interval) => {
        const schedule = known(exchange);
        const parts = newBarColumns(gaps.length);
        let time = start * MINUTE;
        for (const [i, gap] of gaps.entries()) {
          parts.openTime[i] = time += gap * MINUTE;
          parts.volume[i] = 1;
        }
        const expected = new Map<number, number>();
        for (const time of parts.openTime) {
          const openTime = openTimeByLooking(schedule, time, interval, tracked);
          if (openTime !== undefined) expected.set(openTime, (expected.get(openTime) ?? 0) + 1);
        }
        const bars = barsOf(aggregateBySession(parts, interval, schedule, tracked));
        assert.deepEqual(
          bars.map(({ openTime, volume }: Bar) => [openTime, volume]),
          [...expected],
        );
      },
    ),
    { numRuns: 400 },
  );
});

/** The opening is looked for from minute to minute, backwards, and the piece counted from it. */
function openTimeByLooking(
  schedule: SessionSchedule,
  time: number,
  interval: BarInterval,
  tracked: TrackedSessions,
): number | undefined {
  const day = tradingDayOf(schedule, time);
  if (day === undefined) return undefined;
  const sessions = sessionsOfDay(schedule, day).filter(
    ({ session }) => tracked === 'extended' || session === 'regular',
  );
  const isOpen = (moment: number) => sessions.some(({ from, to }) => from <= moment && moment < to);
  if (!isOpen(time)) return undefined;
  if (interval === '1d' || interval === '1w' || interval === '1M') return openTimeAt(day, interval);
  let opening = time;
  while (isOpen(opening - MINUTE)) opening -= MINUTE;
  const stepMs = { '5m': 5, '45m': 45, '1h': 60, '4h': 240 }[interval as '5m' | '45m' | '1h' | '4h'] * MINUTE;
  return time - ((time - opening) % stepMs);
}

test('where trading never stops, days and shorter bars are those of the UTC grid', () => {
  const minutes = minutesOf('2016-10-07T10:17', '2016-10-09T03:02');
  for (const interval of ['5m', '1h', '1d', '1w', '1M'] as const)
    assert.deepEqual(
      barsOf(aggregateBySession(minutes, interval, known('24x7'), 'regular')),
      barsOf(aggregateBars(minutes, interval)),
    );
});
