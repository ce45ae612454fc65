import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { KNOWN_SCHEDULES, scheduleNamed, type BarInterval } from '../../../market/index.ts';
import type { MarketDataProvider } from '../../../providers/contract/index.ts';
import { openSyncCollections } from '../collections.ts';
import { syncAppointments } from './sync-appointments.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of Monday's session in New York. */
const CLOSE = Date.UTC(2026, 0, 5, 21);

/** Providers that are called by how long after the close of a minute and of a day their bars are final. */
async function aMarket(t: TestContext, series: readonly (readonly [symbol: string, BarInterval, minutes: number])[]) {
  const collections = openSyncCollections(await openTestDatabase(t));
  const providers = new Map<string, Pick<MarketDataProvider, 'finalityDelayMs'>>();
  for (const [symbol, interval, minutes] of series) {
    const provider = `final${minutes}`;
    const _id = `NASDAQ:${symbol}/${interval}`;
    await collections.tracked.insertOne({
      _id,
      instrumentId: `NASDAQ:${symbol}`,
      interval,
      provider,
      from: 0,
      jobId: '',
    });
    providers.set(provider, { finalityDelayMs: () => minutes * MINUTE });
  }
  let now = CLOSE;
  const ordered: string[] = [];
  const appointments = syncAppointments(collections, {
    schedules: KNOWN_SCHEDULES,
    schedulesOf: (ids) => Promise.resolve(ids.map(() => KNOWN_SCHEDULES.get('NASDAQ'))),
    providers,
    order: async ({ instrumentId: id, interval }) =>
      void ordered.push(await Promise.resolve(`${id.split(':')[1]}/${interval}`)),
    clock: () => now,
  });
  const nasdaq = appointments.find(({ id }) => id === 'sync-NASDAQ');
  assert.ok(nasdaq !== undefined);
  const runAt = async (time: number, since: number | undefined): Promise<readonly string[]> => {
    now = time;
    await nasdaq.run(since);
    return ordered.splice(0);
  };
  return { nasdaq, runAt };
}

test('a series is brought up when its bars are final after the close, and each at its own moment', async (t) => {
  const { nasdaq, runAt } = await aMarket(t, [
    ['QUICK', '1m', 2],
    ['FREE', '1m', 17],
    ['DAYS', '1d', 12 * 60],
  ]);
  const told: (readonly [minutes: number, ordered: readonly string[]])[] = [];
  let since = CLOSE;
  for (let time = await nasdaq.nextAfter(CLOSE); time < CLOSE + 20 * HOUR; time = await nasdaq.nextAfter(time)) {
    told.push([(time - CLOSE) / MINUTE, await runAt(time, since)]);
    since = time;
  }
  assert.deepEqual(told, [
    [10, ['QUICK/1m']],
    [17, ['FREE/1m']],
    [720, ['DAYS/1d']],
  ]);
});

test('bars of less than a day that may change for long are not waited for longer than an hour', async (t) => {
  const { nasdaq, runAt } = await aMarket(t, [['SLOW', '5m', 24 * 60]]);
  assert.equal(await nasdaq.nextAfter(CLOSE), CLOSE + 10 * MINUTE);
  assert.deepEqual(await runAt(CLOSE + 10 * MINUTE, CLOSE), []);
  assert.equal(await nasdaq.nextAfter(CLOSE + 10 * MINUTE), CLOSE + HOUR);
  assert.deepEqual(await runAt(CLOSE + HOUR, CLOSE + 10 * MINUTE), ['SLOW/5m']);
});

test('a moment that was missed is made up for, and on demand all are brought up', async (t) => {
  const { runAt } = await aMarket(t, [
    ['QUICK', '1m', 2],
    ['FREE', '1m', 17],
  ]);
  assert.deepEqual(await runAt(CLOSE + 5 * HOUR, CLOSE - HOUR), ['FREE/1m', 'QUICK/1m']);
  assert.deepEqual(await runAt(CLOSE + 6 * HOUR, CLOSE + 5 * HOUR), []);
  assert.deepEqual(await runAt(CLOSE + 6 * HOUR, undefined), ['FREE/1m', 'QUICK/1m']);
});

test('markets of the world share one appointment: each series is brought up after the close of its own', async (t) => {
  const collections = openSyncCollections(await openTestDatabase(t));
  for (const instrumentId of ['LSE:VOD', 'TSE:7203', 'NASDAQ:AAPL'])
    await collections.tracked.insertOne({
      _id: `${instrumentId}/1d`,
      instrumentId,
      interval: '1d',
      provider: 'quick',
      from: 0,
      jobId: '',
    });
  let now = 0;
  const ordered: string[] = [];
  const appointments = syncAppointments(collections, {
    schedules: KNOWN_SCHEDULES,
    schedulesOf: (ids) =>
      Promise.resolve(ids.map((id) => scheduleNamed(KNOWN_SCHEDULES, id.slice(0, id.indexOf(':'))))),
    providers: new Map([['quick', { finalityDelayMs: () => 0 }]]),
    order: async ({ instrumentId }) => void ordered.push(await Promise.resolve(instrumentId)),
    clock: () => now,
  });
  const world = appointments.find(({ id }) => id === 'sync-world');
  assert.ok(world !== undefined);
  const told: (readonly [at: string, ordered: readonly string[]])[] = [];
  let since = Date.UTC(2026, 0, 5, 5);
  for (now = await world.nextAfter(since); now < Date.UTC(2026, 0, 5, 20); now = await world.nextAfter(now)) {
    await world.run(since);
    if (ordered.length > 0) told.push([new Date(now).toISOString().slice(11, 16), ordered.splice(0)]);
    since = now;
  }
  assert.deepEqual(told, [
    ['06:40', ['TSE:7203']],
    ['16:40', ['LSE:VOD']],
  ]);
});
