import assert from 'node:assert/strict';
import { test } from 'node:test';
import { heldBars, ID, LiveVendor, type LiveVendorOptions } from '../../../../test/support/live-vendor.ts';
import {
  barsOf,
  columnsOfRows,
  FINAL,
  KNOWN_SCHEDULES,
  type BarInterval,
  type SessionSchedule,
} from '../../../market/index.ts';
import type { MarketDataProvider } from '../../../providers/contract/index.ts';
import { seedBars } from './seed-bars.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A Wednesday. */
const DAY = Date.UTC(2026, 0, 14);

interface Told extends LiveVendorOptions {
  readonly fed: readonly BarInterval[];
  readonly schedule?: SessionSchedule | undefined;
  readonly tamper?: (provider: MarketDataProvider) => MarketDataProvider;
}

function aWorld({ fed: intervals, schedule, tamper = (provider) => provider, ...options }: Told) {
  const vendor = new LiveVendor({ intervals: ['1s', '1m', '5m', '15m', '30m', '1h', '1d'], ...options });
  const provider = tamper(vendor.provider);
  const fed = {
    instrumentId: ID,
    symbol: undefined,
    intervals,
    base: intervals.find((interval) => provider.intervals.includes(interval)),
    schedule,
    sessions: 'regular' as const,
  };
  async function seedsAt(at: number) {
    const seeds = await seedBars(fed, at, {
      provider,
      port: heldBars([vendor]),
      clock: () => at,
      signal: new AbortController().signal,
    });
    return Object.fromEntries(
      [...seeds].map(([interval, bars]) => [
        interval,
        bars.map(({ openTime, open, high, low, close, volume }) => [openTime, open, high, low, close, volume]),
      ]),
    );
  }
  return { vendor, seedsAt };
}

test('every interval that runs is all that was traded in it, up to the second', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1s', '1m', '45m', '1h', '1d', '1w', '1M'] });
  const at = DAY + 13 * HOUR + 47 * MINUTE + 13_000;
  const traded = [-20, -10, -2, -1]; // days
  for (const days of traded) vendor.traded(DAY + days * 24 * HOUR + 5, 100 + days, 1);
  vendor.traded(DAY + 5, 50, 2);
  vendor.traded(DAY + 13 * HOUR, 60, 4);
  vendor.traded(DAY + 13 * HOUR + 30 * MINUTE, 70, 8);
  vendor.traded(at - 5_000, 65, 16);
  vendor.traded(at, 1_000, 32); // live data tells it
  assert.deepEqual(await seedsAt(at), {
    '1m': [[at - 13_000, 65, 65, 65, 65, 16]],
    '45m': [[DAY + 13 * HOUR + 30 * MINUTE, 70, 70, 65, 65, 24]],
    '1h': [[DAY + 13 * HOUR, 60, 70, 60, 65, 28]],
    '1d': [[DAY, 50, 70, 50, 65, 30]],
    '1w': [[Date.UTC(2026, 0, 12), 98, 99, 50, 65, 32]],
    '1M': [[Date.UTC(2026, 0, 1), 90, 99, 50, 65, 33]],
  });
});

test('each interval of the vendor is asked for once, whatever needs it', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '3m', '45m', '2h', '1d', '1w', '1M'] });
  await seedsAt(DAY + 13 * HOUR + 47 * MINUTE);
  assert.deepEqual(vendor.asked.map(({ interval }) => interval).sort(), ['15m', '1d', '1h', '1m', '30m']);
});

test('a bar in which nobody traded yet is known to be empty; one that just begins needs no seed', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '1h', '1d'] });
  vendor.traded(DAY + HOUR, 5);
  assert.deepEqual(await seedsAt(DAY + 13 * HOUR + MINUTE), { '1h': [], '1d': [[DAY + HOUR - HOUR, 5, 5, 5, 5, 1]] });
  assert.deepEqual(await seedsAt(DAY), {});
});

test('a vendor without intervals that fit together leaves a bar without a seed', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '1h'], intervals: ['1m'] });
  vendor.traded(DAY, 5);
  assert.deepEqual(await seedsAt(DAY + 30_000), {}, 'seconds are needed, and there are none');
  assert.deepEqual(await seedsAt(DAY + MINUTE), { '1h': [[DAY, 5, 5, 5, 5, 1]] });
});

test('what history cannot tell has no seed, and what fails is an error', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '1h'] });
  vendor.traded(DAY, 5);
  vendor.knownUntil = DAY + 7 * MINUTE;
  assert.deepEqual(await seedsAt(DAY + 8 * MINUTE), {});
  vendor.fault = 'PROVIDER_UNAVAILABLE';
  await assert.rejects(seedsAt(DAY + 8 * MINUTE), { code: 'PROVIDER_UNAVAILABLE' });
});

/** Every bar a second time, at half the price. */
const doubled = (provider: MarketDataProvider): MarketDataProvider => ({
  ...provider,
  async *fetchBars(request) {
    for await (const { columns, covered } of provider.fetchBars(request)) {
      const rows = barsOf(columns).flatMap((bar) => [bar, { ...bar, low: bar.low / 2, close: bar.low / 2 }]);
      yield { covered, columns: columnsOfRows(rows, FINAL).columns };
    }
  },
});

test('a bar of which history tells two values has no seed', async () => {
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '1h'], tamper: doubled });
  assert.deepEqual(await seedsAt(DAY + 5 * MINUTE), { '1h': [] });
  vendor.traded(DAY, 5);
  assert.deepEqual(await seedsAt(DAY + 5 * MINUTE), {});
});

test('days of an exchange that closes begin with its session', async () => {
  const schedule = KNOWN_SCHEDULES.get('NASDAQ');
  const { vendor, seedsAt } = aWorld({ fed: ['1m', '1h', '1d', '1w'], schedule });
  const opening = DAY + 14 * HOUR + 30 * MINUTE;
  vendor.traded(DAY + 10 * HOUR, 1); // before the session: of no day
  vendor.traded(DAY - 24 * HOUR + 15 * HOUR, 40, 2);
  vendor.traded(opening, 50, 4);
  vendor.traded(opening + 45 * MINUTE, 60, 8);
  const { '1h': hour, '1d': day, '1w': week } = await seedsAt(opening + 50 * MINUTE);
  assert.deepEqual(hour, [[DAY + 15 * HOUR, 60, 60, 60, 60, 8]]);
  assert.deepEqual(day, [[DAY, 50, 60, 50, 60, 12]]);
  assert.deepEqual(week, [[Date.UTC(2026, 0, 12), 40, 60, 40, 60, 14]]);
});
