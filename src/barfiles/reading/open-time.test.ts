import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN_SCHEDULES, sessionGrid, type SessionSchedule } from '../../market/index.ts';
import { openTimesOf } from './open-time.ts';

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

test('the last bar before a close is found by the end it has, and by the one it would have had', () => {
  const schedule = known('NASDAQ');
  const openTimes = openTimesOf({
    interval: '1h',
    timeIs: 'close',
    hours: { schedule, sessions: 'regular' },
    grid: sessionGrid(schedule, '1h', 'regular'),
    isWithin: false,
    isDateOnly: false,
  });
  const openingOf = (end: string) => new Date(openTimes.of(Date.parse(end), NaN)).toISOString().slice(0, 16);
  assert.equal(openingOf('2025-02-10T15:30Z'), '2025-02-10T14:30');
  assert.equal(openingOf('2025-02-10T20:30Z'), '2025-02-10T19:30');
  assert.equal(openingOf('2025-02-10T21:00Z'), '2025-02-10T20:30');
  assert.equal(openingOf('2025-02-10T21:30Z'), '2025-02-10T20:30');
  assert.equal(openingOf('2025-02-10T16:00Z'), '2025-02-10T15:00', 'which is on no grid, and is refused as such');
});
