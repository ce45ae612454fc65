import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMinutes, appointmentJson } from '../../../test/fixtures/market/session-model.ts';
import { boundaryStepMs } from './boundary-step.ts';
import { KNOWN_SCHEDULES } from './known-schedules.ts';
import { sessionGrid } from './session-grid.ts';
import type { SessionSchedule, TrackedSessions } from './session-schedule.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

test('openings and closes lie on a step that the exchange decides', () => {
  const minutes = (exchange: string, tracked: TrackedSessions) => boundaryStepMs(known(exchange), tracked) / MINUTE;
  assert.deepEqual(
    ['NASDAQ', 'CME', 'NSE', 'HKFE', 'OANDA'].map((exchange) => [
      exchange,
      minutes(exchange, 'regular'),
      minutes(exchange, 'extended'),
    ]),
    [
      ['NASDAQ', 30, 60],
      ['CME', 30, 60],
      ['NSE', 15, 10],
      ['HKFE', 15, 15],
      ['OANDA', 1, 1],
    ],
  );
});

const somewhere = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE'),
  tracked: fc.constantFrom('regular', 'extended'),
  day: fc.integer({ min: Date.UTC(2005, 0) / DAY, max: Date.UTC(2024, 0) / DAY }),
  minute: fc.integer({ min: 0, max: 1_439 }),
});

test('a bar holds minutes of the sessions only, and the one that ends after a moment is the nearest', () => {
  fc.assert(
    fc.property(somewhere, fc.constantFrom('15m', '1h', '4h', '1d'), ({ exchange, tracked, day, minute }, interval) => {
      const grid = sessionGrid(known(exchange), interval, tracked);
      const time = day * DAY + minute * MINUTE;
      const { openTime, from, to } = grid.barEndingAfter(time);
      const open = openMinutes(appointmentJson(exchange), Math.min(time, from), to).filter(
        ({ session }) => tracked === 'extended' || session === 'regular',
      );
      const held = open.filter((at) => at.time >= from);
      // Every tracked minute from the moment on is in the bar, and the bar begins and ends with one.
      assert.ok(open.every((at) => at.time < time || at.time >= from));
      assert.deepEqual([held.at(0)?.time, held.at(-1)?.time], [from, to - MINUTE]);
      assert.deepEqual(new Set(held.map(({ tradingDay }) => tradingDay)).size, 1);
      if (interval === '1d') assert.equal(openTime, held[0].tradingDay);
      else assert.equal(held.length * MINUTE, to - from);
      assert.equal(grid.heldFrom(openTime), from);
      assert.equal(grid.firstOpenTimeFrom(openTime), openTime);
      if (interval === '1d') assert.equal(grid.closeTimeOf(openTime), openTime + DAY);
      else assert.equal(grid.closeTimeOf(openTime), to);
    }),
    { numRuns: 60 },
  );
});
