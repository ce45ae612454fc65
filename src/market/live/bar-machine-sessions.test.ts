import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  arrivals,
  assertSameBars,
  listening,
  modelBars,
  trade,
  type Bucketing,
} from '../../../test/fixtures/market/live-model.ts';
import { openMinutes, appointmentJson } from '../../../test/fixtures/market/session-model.ts';
import { BAR_INTERVALS, DAY_MS, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { KNOWN_SCHEDULES, scheduleNamed } from '../session/known-schedules.ts';
import type { SessionSchedule, TrackedSessions } from '../session/session-schedule.ts';

const MINUTE = 60_000;

function known(name: string): SessionSchedule {
  const schedule = scheduleNamed(KNOWN_SCHEDULES, name);
  assert.ok(schedule);
  return schedule;
}

const at = (text: string) => Date.parse(`${text}Z`);

/** What closed, with its closeTime, of trades at these moments. */
function closings(
  schedule: string,
  intervals: readonly BarInterval[],
  moments: readonly string[],
  more = {},
): string[] {
  const { machine, closed } = listening({ schedule: known(schedule), intervals, ...more });
  for (const [i, moment] of moments.entries()) machine.onTrade(trade(at(moment), i));
  machine.advance(at('2030-01-01'));
  return Array.from(
    closed,
    ([key, { closeTime, volume }]) => `${key} to ${new Date(closeTime).toISOString().slice(0, 16)}: ${volume}`,
  );
}

test('a day closes with its last tracked session, early where the exchange does, and holds no other trades', () => {
  const moments = ['2014-07-03T13:29', '2014-07-03T13:30', '2014-07-03T16:59', '2014-07-03T17:00'];
  assert.deepEqual(closings('NASDAQ', ['1d', '1w', '1M'], moments), [
    '1d 2014-07-03T00:00 to 2014-07-03T17:00: 2',
    '1w 2014-06-30T00:00 to 2014-07-03T17:00: 2',
    '1M 2014-07-01T00:00 to 2014-07-31T20:00: 2',
  ]);
  assert.deepEqual(closings('NASDAQ', ['1d'], moments, { sessions: 'extended' }), [
    '1d 2014-07-03T00:00 to 2014-07-03T17:00: 3',
  ]);
});

test('days follow the clock of the exchange when that changes', () => {
  const moments = ['2014-03-07T14:29', '2014-03-07T14:30', '2014-03-10T13:30', '2014-03-10T20:00'];
  assert.deepEqual(closings('NASDAQ', ['1d'], moments), [
    '1d 2014-03-07T00:00 to 2014-03-07T21:00: 1',
    '1d 2014-03-10T00:00 to 2014-03-10T20:00: 1',
  ]);
});

test('the evening before belongs to the trading day, also of a week and a month', () => {
  const moments = ['2014-06-01T23:00', '2014-06-02T13:30', '2014-06-02T20:10'];
  assert.deepEqual(closings('CME', ['1d', '1w', '1M'], moments, { sessions: 'extended' }), [
    '1d 2014-06-02T00:00 to 2014-06-02T21:00: 3',
    '1w 2014-06-02T00:00 to 2014-06-06T21:00: 3',
    '1M 2014-06-01T00:00 to 2014-06-30T21:00: 3',
  ]);
});

test('trades outside of the tracked sessions make bars below a day, on the clock', () => {
  assert.deepEqual(closings('NASDAQ', ['1h', '1d'], ['2014-07-02T12:00', '2014-07-05T12:00']), [
    '1h 2014-07-02T12:00 to 2014-07-02T13:00: 1',
    '1h 2014-07-05T12:00 to 2014-07-05T13:00: 1',
  ]);
});

test('a day of Tokyo has no trades of the lunch break, and closes when it did at its time', () => {
  const day = (date: string) => ['02:29', '02:30', '03:29', '03:30', '06:15'].map((time) => `${date}T${time}`);
  assert.deepEqual(closings('XTKS', ['1d'], [...day('2024-11-01'), ...day('2024-11-05')]), [
    '1d 2024-11-01T00:00 to 2024-11-01T06:00: 2',
    '1d 2024-11-05T00:00 to 2024-11-05T06:30: 3',
  ]);
});

test('a day has no trades of the pause at noon, and none of them is too late', () => {
  const moments = ['2018-06-05T01:15', '2018-06-05T03:59', '2018-06-05T04:00', '2018-06-05T05:00', '2018-06-05T08:00'];
  assert.deepEqual(closings('HKFE', ['1d'], moments), ['1d 2018-06-05T00:00 to 2018-06-05T08:30: 4']);
  const { machine, tooLate } = listening({ schedule: known('HKFE'), intervals: ['1d'] });
  machine.advance(at('2018-06-06'));
  machine.onTrade(trade(at('2018-06-05T04:30'), 1));
  machine.onTrade(trade(at('2018-06-05T05:30'), 1));
  assert.deepEqual(tooLate, [{ from: at('2018-06-05T05:00'), to: at('2018-06-05T08:30') }]);
});

test('a day is partial only if trading had begun before we listened', () => {
  const { machine } = listening({ schedule: known('NASDAQ'), intervals: ['1d', '1w'] });
  machine.startFrom(at('2014-07-01T13:30'));
  machine.onTrade(trade(at('2014-07-01T13:30'), 1));
  assert.deepEqual(
    (['1d', '1w'] as const).map((interval) => machine.openBars(interval).map(({ isPartial }) => isPartial)),
    [[false], [true]],
  );
});

// Holiday and early close; the clock goes forward, and back; overnight trading; a pause at noon.
const WEEKS = [
  ['NASDAQ', '2014-06-30'],
  ['NASDAQ', '2014-03-06'],
  ['CME', '2014-10-30'],
  ['CME', '2014-03-06'],
  ['HKFE', '2018-06-04'],
  ['NSE', '2018-06-04'],
] as const;

for (const [exchange, first] of WEEKS) {
  const from = at(first);
  const minutes = new Map(
    openMinutes(appointmentJson(exchange), from - DAY_MS, from + 7 * DAY_MS).map((minute) => [minute.time, minute]),
  );

  const bucketing =
    (tracked: TrackedSessions): Bucketing =>
    (time, interval) => {
      if (!['1d', '1w', '1M'].includes(interval)) return openTimeAt(time, interval);
      const minute = minutes.get(Math.floor(time / MINUTE) * MINUTE);
      const isTracked = tracked === 'extended' || minute?.session === 'regular';
      return isTracked ? minute && openTimeAt(minute.tradingDay, interval) : undefined;
    };

  test(`bars of ${exchange} in the week from ${first} are those of a model that looks at its clock`, () => {
    const week = fc.record({
      intervals: fc.subarray([...BAR_INTERVALS], { minLength: 1 }),
      sessions: fc.constantFrom('regular', 'extended'),
      arrived: arrivals(from, 6 * DAY_MS, 3_600_000),
    });
    fc.assert(
      fc.property(week, ({ intervals, sessions, arrived }) => {
        const options = { schedule: known(exchange), intervals, sessions, latenessMs: 3_600_000 };
        const { machine, closed, tooLate } = listening(options);
        for (const { at, trade } of arrived) {
          machine.advance(Math.floor(at));
          machine.onTrade(trade);
        }
        machine.advance(from + 60 * DAY_MS);
        assert.deepEqual(tooLate, []);
        const all = arrived.map(({ trade }) => trade);
        assertSameBars(closed, modelBars(all, intervals, bucketing(sessions)));
      }),
      { numRuns: 80 },
    );
  });
}
