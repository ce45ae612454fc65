import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { DAY_MS } from '../interval/bar-interval.ts';
import { epochMsOfIso } from '../time/epoch-ms.ts';
import { aggregateBySession } from './aggregate-by-session.ts';
import { newBarColumns } from '../bar/bar-columns.ts';
import { expectedRuns } from './expected.ts';
import { sessionGrid } from './session-grid.ts';
import type { SessionSchedule } from './session-schedule.ts';
import { stretchesOfDay } from './stretches.ts';
import { isTrading, sessionCloseAfter, sessionsOfDay } from './trading-days.ts';
import { worldSchedule, WRITTEN } from './world-schedules.ts';
import { zoneClock } from './zone-clock.ts';

/** CRC-32 of each year's lines `day from-to from-to` (UTC minutes), from the packages that the data was made of. */
const CHECKSUMS = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/market/exchange-sessions.json', import.meta.url), 'utf8'),
) as Record<string, Record<string, string>>;

function known(name: string): SessionSchedule {
  const schedule = worldSchedule(name);
  assert.ok(schedule, `${name} is known`);
  return schedule;
}

function checksumOf(schedule: SessionSchedule, year: number): string {
  const lines: string[] = [];
  const end = Math.min(Date.UTC(year + 1, 0), schedule.known?.to ?? Infinity);
  const start = Math.max(Date.UTC(year, 0), schedule.weeks[0].from);
  for (let day = start; day < end; day += DAY_MS) {
    const stretches = stretchesOfDay(schedule, day, 'extended').map(
      ({ from, to }) => `${from / 60_000}-${to / 60_000}`,
    );
    if (stretches.length > 0) lines.push(`${new Date(day).toISOString().slice(0, 10)} ${stretches.join(' ')}\n`);
  }
  return crc32(lines.join('')).toString(16).padStart(8, '0');
}

test('there is a checksum of every schedule, and a schedule of each: 71 exchanges and six families', () => {
  assert.deepEqual([...WRITTEN.keys()], Object.keys(CHECKSUMS));
  assert.equal(WRITTEN.size, 77);
});

for (const [name, years] of Object.entries(CHECKSUMS)) {
  test(`${name} opens, pauses and closes on every trading day as the package says`, () => {
    const schedule = known(name);
    assert.doesNotThrow(() => zoneClock(schedule.timeZone));
    const found = Object.keys(years).map((year) => [year, checksumOf(schedule, Number(year))]);
    assert.deepEqual(Object.fromEntries(found), years);
  });
}

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString().slice(0, 16));
const sessions = (schedule: SessionSchedule, day: string) =>
  sessionsOfDay(schedule, Date.parse(day)).map(({ session, from, to }) => `${session} ${iso(from)} ${iso(to)}`);
const runs = (schedule: SessionSchedule, from: string, to: string, interval: '1h' | '30m' | '1d') =>
  expectedRuns(schedule, { from: epochMsOfIso(from), to: epochMsOfIso(to) }, interval, 'regular').map(
    (run) => `${iso(run.from)} ${iso(run.to)}`,
  );

test('Tokyo has a lunch break, and closes half an hour later since 5 November 2024', () => {
  const tokyo = known('XTKS');
  assert.deepEqual(sessions(tokyo, '2024-11-01'), [
    'regular 2024-11-01T00:00 2024-11-01T02:30',
    'regular 2024-11-01T03:30 2024-11-01T06:00',
  ]);
  assert.deepEqual(sessions(tokyo, '2024-11-04'), [], 'Culture Day, observed');
  assert.deepEqual(sessions(tokyo, '2024-11-05'), [
    'regular 2024-11-05T00:00 2024-11-05T02:30',
    'regular 2024-11-05T03:30 2024-11-05T06:30',
  ]);
  assert.equal(iso(sessionCloseAfter(tokyo, Date.UTC(2024, 10, 1, 3))), '2024-11-01T06:00');
  assert.equal(iso(sessionCloseAfter(tokyo, Date.UTC(2024, 10, 1, 7))), '2024-11-05T06:30');
  assert.equal(isTrading(tokyo, 'regular', Date.UTC(2024, 10, 5, 3)), false, 'it is lunch time');
});

test('no bar is expected in a lunch break, nor after the close of its time', () => {
  const tokyo = known('XTKS');
  assert.deepEqual(runs(tokyo, '2024-11-01', '2024-11-06', '30m'), [
    '2024-11-01T00:00 2024-11-01T02:30',
    '2024-11-01T03:30 2024-11-01T06:00',
    '2024-11-05T00:00 2024-11-05T02:30',
    '2024-11-05T03:30 2024-11-05T06:30',
  ]);
  assert.deepEqual(runs(known('XHKG'), '2026-02-13', '2026-02-21', '30m'), [
    '2026-02-13T01:30 2026-02-13T04:00',
    '2026-02-13T05:00 2026-02-13T08:00',
    '2026-02-16T01:30 2026-02-16T04:00', // New Year's Eve: the morning only
    '2026-02-20T01:30 2026-02-20T04:00',
    '2026-02-20T05:00 2026-02-20T08:00',
  ]);
});

test('hours of the session begin with trading, and again after lunch', () => {
  const grid = sessionGrid(known('XTKS'), '1h', 'regular');
  const opens: (string | undefined)[] = [];
  for (let time = Date.UTC(2024, 10, 5); time < Date.UTC(2024, 10, 5, 12);) {
    const { openTime, to } = grid.barEndingAfter(time);
    if (openTime >= Date.UTC(2024, 10, 5, 12)) break;
    opens.push(`${iso(openTime)}-${iso(to)?.slice(11)}`);
    time = to;
  }
  assert.deepEqual(opens, [
    '2024-11-05T00:00-01:00',
    '2024-11-05T01:00-02:00',
    '2024-11-05T02:00-02:30',
    '2024-11-05T03:30-04:30',
    '2024-11-05T04:30-05:30',
    '2024-11-05T05:30-06:30',
  ]);
  assert.equal(grid.placeAt(Date.UTC(2024, 10, 5, 3)), undefined, 'a trade at lunch has no bar');
});

test('a day of Hong Kong adds up both halves, and leaves out what is between them', () => {
  const hours = [1.5, 4, 4.5, 5, 8].map((hour) => Date.UTC(2026, 1, 13) + hour * 3_600_000);
  const parts = newBarColumns(hours.length);
  for (const [i, openTime] of hours.entries()) {
    parts.openTime[i] = openTime;
    for (const field of ['open', 'high', 'low', 'close'] as const) parts[field][i] = i + 1;
    parts.volume[i] = 10 ** i;
  }
  const day = aggregateBySession(parts, '1d', known('XHKG'), 'regular');
  assert.deepEqual([...day.openTime], [Date.UTC(2026, 1, 13)]);
  assert.deepEqual([day.open[0], day.high[0], day.low[0], day.close[0], day.volume[0]], [1, 4, 1, 4, 1_001]);
});

test('Tel Aviv trades from Sunday to Thursday until January 2026, then from Monday to Friday', () => {
  const telAviv = known('TASE');
  assert.deepEqual(runs(telAviv, '2025-11-02', '2025-11-09', '1d'), ['2025-11-02T00:00 2025-11-07T00:00']);
  assert.deepEqual(runs(telAviv, '2026-02-01', '2026-02-08', '1d'), ['2026-02-02T00:00 2026-02-07T00:00']);
});

test('an index future trades through the night, not in the pause of its time, and short on holidays', () => {
  const equity = known('CME-EQUITY');
  assert.deepEqual(sessions(equity, '2024-03-05'), [
    'post 2024-03-04T23:00 2024-03-05T06:00',
    'pre 2024-03-05T06:00 2024-03-05T14:30',
    'regular 2024-03-05T14:30 2024-03-05T22:00',
  ]);
  assert.deepEqual(sessions(equity, '2020-03-03').slice(2), [
    'regular 2020-03-03T14:30 2020-03-03T21:15',
    'regular 2020-03-03T21:30 2020-03-03T22:00',
  ]);
  assert.deepEqual(sessions(equity, '2024-01-15').at(-1), 'regular 2024-01-15T14:30 2024-01-15T18:00');
  assert.deepEqual(sessions(equity, '2024-01-16').at(0), 'post 2024-01-15T23:00 2024-01-16T06:00');
  assert.deepEqual(sessions(equity, '2024-03-29'), [], 'Good Friday');
});

test('grains pause in the morning, and the evening before a holiday is closed', () => {
  const grains = known('CME-GRAINS');
  assert.deepEqual(sessions(grains, '2024-01-17'), [
    'regular 2024-01-17T01:00 2024-01-17T13:45',
    'regular 2024-01-17T14:30 2024-01-17T19:20',
  ]);
  assert.deepEqual(sessions(grains, '2024-06-19'), [], 'Juneteenth');
  assert.equal(isTrading(grains, 'regular', Date.UTC(2024, 5, 19, 1)), false);
});
