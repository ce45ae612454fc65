import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldBars, ID, LiveVendor, type LiveVendorOptions } from '../../../../test/support/live-vendor.ts';
import {
  DAY_MS,
  KNOWN_SCHEDULES,
  type BarInterval,
  type SessionSchedule,
  type TrackedSessions,
} from '../../../market/index.ts';
import { settleHistory } from './settle-history.ts';

const START = Date.UTC(2026, 0, 5, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface Told extends LiveVendorOptions {
  readonly fed: readonly BarInterval[];
  readonly schedule?: SessionSchedule | undefined;
  readonly sessions?: TrackedSessions;
  readonly now?: number;
}

function aWorld({ fed: intervals, schedule, sessions = 'regular', now = START + 2 * DAY_MS, ...options }: Told) {
  const vendor = new LiveVendor(options);
  const port = heldBars([vendor], { schedule, sessions });
  const { provider } = vendor;
  const fed = {
    instrumentId: ID,
    symbol: undefined,
    intervals,
    base: intervals.find((interval) => provider.intervals.includes(interval)),
    schedule,
    sessions,
  };
  const settle = (from: number, until: number) =>
    settleHistory(fed, { from, until }, { provider, port, clock: () => now, signal: new AbortController().signal });
  const closes = (interval: BarInterval) =>
    port.rows(interval).map(([openTime, , , , close, volume]) => [(openTime - START) / MINUTE, close, volume]);
  const asked = () => vendor.asked.map(({ interval }) => interval);
  return { vendor, port, settle, closes, asked };
}

test('the finest interval is fetched, and larger ones are made of it', async () => {
  const { vendor, settle, closes, asked } = aWorld({ fed: ['1m', '3m', '5m', '45m'] });
  for (let minute = 0; minute < 100; minute += 2) vendor.traded(START + minute * MINUTE, minute, 2);
  await settle(START, START + 10 * MINUTE);
  assert.deepEqual(asked(), ['1m']);
  assert.deepEqual(closes('1m'), [
    [0, 0, 2],
    [2, 2, 2],
    [4, 4, 2],
    [6, 6, 2],
    [8, 8, 2],
  ]);
  assert.deepEqual(closes('5m'), [
    [0, 4, 6],
    [5, 8, 4],
  ]);
  assert.deepEqual(closes('3m'), [
    [0, 2, 4],
    [3, 4, 2],
    [6, 8, 4],
  ]);
  assert.deepEqual(closes('45m'), []);
});

test('a larger bar of which a part is not held is fetched itself, or made of what is fetched for it', async () => {
  const { vendor, settle, closes, asked } = aWorld({ fed: ['1m', '5m', '15m'] });
  for (let minute = 0; minute < 30; minute++) vendor.traded(START + minute * MINUTE, minute);
  await settle(START + 7 * MINUTE, START + 15 * MINUTE);
  assert.deepEqual(asked(), ['1m', '5m', '1m']);
  assert.deepEqual(closes('5m'), [
    [5, 9, 5],
    [10, 14, 5],
  ]);
  assert.deepEqual(closes('15m'), [[0, 14, 15]]);
});

test('a long outage is left to jobs, but for its end', async () => {
  const { vendor, port, settle } = aWorld({ fed: ['1m', '1h'], now: START + 40 * DAY_MS });
  await settle(START, START + 30 * DAY_MS);
  const since = START + 30 * DAY_MS - 20_000 * MINUTE;
  assert.deepEqual(port.ordered, [
    { interval: '1m', from: START, to: since },
    { interval: '1h', from: START, to: since - (since % HOUR) },
  ]);
  assert.deepEqual(vendor.asked[0], { interval: '1m', from: since, to: START + 30 * DAY_MS });
});

test('a history that fails, or does not reach as far, is an error', async () => {
  const { vendor, settle } = aWorld({ fed: ['1m'] });
  vendor.fault = 'PROVIDER_RATE_LIMITED';
  await assert.rejects(settle(START, START + MINUTE), { code: 'PROVIDER_RATE_LIMITED' });
  vendor.fault = undefined;
  vendor.knownUntil = START + MINUTE - 1;
  await assert.rejects(settle(START, START + MINUTE), { code: 'PROVIDER_ANSWER_INVALID' });
  vendor.knownUntil = START + MINUTE;
  await settle(START, START + MINUTE);
});

test('nothing to settle, or a vendor without any such history, asks for nothing', async () => {
  const { settle, asked } = aWorld({ fed: ['1m'] });
  await settle(START, START);
  const other = aWorld({ fed: ['3h'] });
  await other.settle(START, START + DAY_MS);
  assert.deepEqual([...asked(), ...other.asked()], []);
});

test('a trading day that begins on the evening before is made of all its hours, and of no other', async () => {
  const schedule = KNOWN_SCHEDULES.get('CME');
  const options = { fed: ['15m', '1d'], schedule, sessions: 'extended', intervals: ['15m'] } as const;
  const { vendor, settle, port } = aWorld(options);
  const tuesday = Date.UTC(2026, 0, 6);
  for (let time = tuesday - HOUR; time < tuesday + 2 * DAY_MS; time += HOUR) vendor.traded(time, time - tuesday);
  await settle(tuesday - DAY_MS, tuesday + DAY_MS);
  const days = port.rows('1d').map(([openTime, open, , , close, volume]) => [openTime, open, close, volume]);
  assert.deepEqual(days, [[tuesday, -HOUR, 21 * HOUR, 23]]);
});

test('a trading day whose last session runs past midnight is not made before it is over', async () => {
  const schedule = KNOWN_SCHEDULES.get('NASDAQ');
  const options = { fed: ['15m', '1d'], schedule, sessions: 'extended', intervals: ['15m'] } as const;
  const monday = Date.UTC(2026, 0, 5);
  const { vendor, settle, port } = aWorld(options);
  for (let time = monday + 9 * HOUR; time < monday + 25 * HOUR; time += HOUR) vendor.traded(time, time - monday);
  await settle(monday, monday + DAY_MS);
  assert.deepEqual(port.rows('1d'), []);
  await settle(monday + DAY_MS, monday + DAY_MS + 2 * HOUR);
  const days = port.rows('1d').map(([openTime, open, , , close, volume]) => [openTime, open, close, volume]);
  assert.deepEqual(days, [[monday, 9 * HOUR, 24 * HOUR, 16]]);
});
