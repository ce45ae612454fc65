import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newBarColumns, type BarColumns } from '../bar/bar-columns.ts';
import { BAR_INTERVALS, DAY_MS, type BarInterval } from '../interval/bar-interval.ts';
import type { LiveBar } from '../live/live-bar.ts';
import { BarMachine } from '../live/bar-machine.ts';
import { instrumentId } from '../instrument/instrument-id.ts';
import { addsUp, defaultGrid } from './default-grid.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import { sessionSchedule } from './schedule-format.ts';
import { sessionGrid } from './session-grid.ts';
import { TRACKED_SESSIONS } from './session-schedule.ts';
import { unfinishedAt } from './unfinished.ts';

const MINUTE = 60_000;
const FIRST = Date.UTC(2014, 1, 24);
const DATES = Array.from({ length: 14 }, (_, i) => new Date(FIRST + i * DAY_MS).toISOString().slice(0, 10));

const clockText = (minute: number): string =>
  minute === 1_440 ? '1.00:00:00' : `${new Date(minute * MINUTE).toISOString().slice(11, 16)}:00`;

/** Segments of one weekday: none, one, or several with or without pauses, up to midnight or from it. */
const segments = fc
  .uniqueArray(fc.oneof(fc.integer({ min: 0, max: 1_440 }), fc.constantFrom(0, 1_440)), { maxLength: 6 })
  .chain((minutes) => {
    const times = minutes.toSorted((a, b) => a - b);
    const states = fc.array(fc.constantFrom('premarket', 'market', 'postmarket', undefined), {
      minLength: times.length,
      maxLength: times.length,
    });
    return states.map((all) =>
      times.slice(1).flatMap((end, i) => {
        const state = all[i];
        return state === undefined ? [] : [{ start: clockText(times[i]), end: clockText(end), state }];
      }),
    );
  });

const someSchedule = fc
  .record({
    timeZone: fc.constantFrom('America/New_York', 'Asia/Kolkata', 'Europe/London', 'Pacific/Auckland', 'UTC'),
    week: fc.record({
      sunday: segments,
      monday: fc.constant([{ start: '09:30:00', end: '16:00:00', state: 'market' }]),
      tuesday: segments,
      wednesday: segments,
      thursday: segments,
      friday: segments,
      saturday: segments,
    }),
    holidays: fc.subarray(DATES, { maxLength: 3 }),
    earlyCloses: fc.dictionary(fc.constantFrom(...DATES), fc.constantFrom('12:00:00', '15:45:00'), { maxKeys: 2 }),
    lateOpens: fc.constant({}),
  })
  .map((json) => sessionSchedule('RANDOM', json));

const hours = fc.record({
  schedule: fc.oneof({ weight: 4, arbitrary: someSchedule }, fc.constantFrom(...KNOWN_SCHEDULES.values(), undefined)),
  sessions: fc.constantFrom(...TRACKED_SESSIONS),
});
const moment = fc.integer({ min: 0, max: 13 * 1_440 }).map((minute) => FIRST + minute * MINUTE);
const intervals = fc.constantFrom(...BAR_INTERVALS);

/** One part of a second at each moment. */
function parts(times: readonly number[]): BarColumns {
  const columns = newBarColumns(times.length);
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) columns[name].fill(1);
  columns.openTime.set(times);
  return columns;
}

test('trades make the bars that reading makes of what is stored, with the same openTime and closeTime', () => {
  fc.assert(
    fc.property(
      hours,
      intervals,
      fc.uniqueArray(moment, { minLength: 1, maxLength: 30 }),
      (traded, interval, times) => {
        const ascending = times.toSorted((a, b) => a - b);
        const closed: LiveBar[] = [];
        const listener = {
          onClosed: (bar: LiveBar) => closed.push(bar),
          onChanged: () => assert.fail(),
          onTooLate: () => assert.fail(),
        };
        const { schedule, sessions } = traded;
        const machine = new BarMachine({
          intervals: [interval],
          sessions,
          listener,
          ...(schedule === undefined ? {} : { schedule }),
        });
        for (const [tradeId, eventTime] of ascending.entries())
          machine.onTrade({ instrumentId: instrumentId('A:B'), tradeId, eventTime, price: 1, size: 1, side: 'buy' });
        machine.advance(Infinity);
        const grid = defaultGrid(interval, traded);
        const read = grid.aggregate(parts(ascending));
        assert.deepEqual(
          closed.map(({ openTime, closeTime, volume }) => [openTime, closeTime, volume]),
          Array.from(read.openTime, (openTime, i) => [openTime, grid.spanOf(openTime).to, read.volume[i]]),
        );
      },
    ),
    { numRuns: 400 },
  );
});

test('a moment is in the bar that reading puts it in, beside all of the span that is told with it', () => {
  const aligned = (interval: BarInterval) =>
    hours.chain((traded) =>
      fc.constantFrom(
        defaultGrid(interval, traded),
        ...(traded.schedule === undefined ? [] : [sessionGrid(traded.schedule, interval, traded.sessions)]),
      ),
    );
  const cases = intervals.chain((interval) => aligned(interval));
  fc.assert(
    fc.property(cases, fc.array(moment, { minLength: 1, maxLength: 8 }), (grid, times) => {
      for (const time of times) {
        const place = grid.placeAt(time);
        const openTime = grid.aggregate(parts([time])).openTime.at(0);
        assert.equal(place?.openTime, openTime);
        if (place === undefined || openTime === undefined) continue;
        assert.ok(place.from <= time && time < place.to);
        assert.equal(grid.barEndingAfter(time).openTime, openTime);
        const span = grid.spanOf(openTime);
        assert.ok(span.from <= place.from && place.to <= span.to);
        const ends = [place.from, place.to - 1].map((end) => grid.aggregate(parts([end])).openTime.at(0));
        assert.deepEqual(ends, [openTime, openTime]);
      }
    }),
    { numRuns: 400 },
  );
});

test('the day, week or month that reading calls running ends when the live one closes', () => {
  fc.assert(
    fc.property(hours, fc.constantFrom('1d', '1w', '1M'), moment, (traded, interval, now) => {
      const place = defaultGrid(interval, traded).placeAt(now);
      if (place === undefined || traded.schedule === undefined) return;
      const { from, runningFrom, closesAt } = unfinishedAt(now, interval, traded.schedule, traded.sessions);
      assert.equal(from, place.openTime);
      if (runningFrom === from) assert.equal(closesAt, defaultGrid(interval, traded).spanOf(from).to);
    }),
  );
});

test('a day, week or month without trading has the time of its label', () => {
  const nasdaq = { schedule: KNOWN_SCHEDULES.get('NASDAQ'), sessions: 'regular' } as const;
  const saturday = Date.UTC(2014, 5, 7);
  assert.deepEqual(defaultGrid('1d', nasdaq).spanOf(saturday), { from: saturday, to: saturday + DAY_MS });
});

test('days are made of what never reaches over an opening, days and longer bars of days', () => {
  const madeOf = (exchange: string, larger: BarInterval) =>
    BAR_INTERVALS.findLast((smaller) =>
      addsUp(smaller, larger, { schedule: KNOWN_SCHEDULES.get(exchange), sessions: 'regular' }),
    );
  assert.deepEqual(
    [madeOf('NASDAQ', '1d'), madeOf('NASDAQ', '4h'), madeOf('NASDAQ', '1w'), madeOf('24x7', '1d'), madeOf('X', '1M')],
    ['30m', '2h', '1d', '12h', '1d'],
  );
});
