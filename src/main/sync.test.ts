import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { openApplication } from './application.ts';
import { epochMs, epochMsOfIso, newBarColumns, openTimeAt, type BarInterval } from '../market/index.ts';
import { ProviderError, type ErrorCode } from '../platform/errors/index.ts';
import { VendorClock, type MarketDataProvider } from '../providers/contract/index.ts';
import { deleteBars, getBars, getRevisions, upsertBars } from '../features/bars/index.ts';
import { getCoverage } from '../features/coverage/index.ts';
import { registerSymbol } from '../features/instruments/index.ts';
import {
  fetchRange,
  getJob,
  getJobs,
  getSyncStatus,
  syncBars,
  untrackSeries,
  type SyncJob,
} from '../features/sync/index.ts';

const MINUTE = 60_000;
const START = epochMsOfIso('2024-03-04');
const minute = (count: number): number => START + count * MINUTE;
const BARS_PER_REQUEST = 100;
const FINALITY_MS = 2 * MINUTE;
/** Trades around the clock. */
const CRYPTO = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
/** Of an exchange that no schedule is known of. */
const UNSCHEDULED = { instrumentId: 'NOWHERE:THING', interval: '1m' } as const;
const NOBODY = new AbortController().signal;

/** A vendor whose prices a test changes as it likes. */
class Vendor {
  /** The price of a minute; `undefined` where nobody traded. */
  priceAt: (index: number) => number | undefined = (index) => 100 + (index % 7);
  /** What it answers instead of bars. */
  fault: ErrorCode | undefined;
  failsAt: (from: number, to: number) => boolean = () => true;
  reach: number | undefined;
  /** Ranges it was asked for, in minutes since the start. */
  readonly asked: (readonly [from: number, to: number])[] = [];
  onAsked: () => void = () => undefined;

  /** By this machine's clock, and by the vendor's, which its answers tell if it has one; UTC epoch ms. */
  localTime: () => number = () => 0;
  time: (() => number) | undefined;
  readonly #clock = new VendorClock({ clock: () => this.localTime() });

  readonly provider: MarketDataProvider = {
    name: 'vendor',
    isSynthetic: false,
    basis: 'raw',
    intervals: ['1m'],
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: () => FINALITY_MS,
    reachOf: () => this.reach,
    fetchBars: ({ range, now, interval }) => this.#answer(range, now, interval),
    vendorClock: this.#clock,
    close: () => Promise.resolve(),
  };

  async *#answer(range: { from: number; to: number }, now: number, interval: BarInterval) {
    const time = this.time?.();
    if (time !== undefined) this.#clock.ask()(Math.floor(time / 1_000) * 1_000);
    const end = Math.min(range.to, openTimeAt(Math.min(now, time ?? now), interval));
    for (let { from } = range; from < end; from += BARS_PER_REQUEST * MINUTE) {
      const to = Math.min(end, from + BARS_PER_REQUEST * MINUTE);
      const [first, last] = [(from - START) / MINUTE, (to - START) / MINUTE];
      this.asked.push([first, last]);
      this.onAsked();
      if (this.fault !== undefined && this.failsAt(first, last)) throw new ProviderError(this.fault, 'as told');
      yield await Promise.resolve({
        columns: this.#bars(first, last),
        covered: { from: epochMs(from), to: epochMs(to) },
      });
    }
  }

  #bars(first: number, last: number) {
    const traded = Array.from({ length: last - first }, (_, i) => first + i).filter(
      (index) => this.priceAt(index) !== undefined,
    );
    const columns = newBarColumns(traded.length);
    for (const [i, index] of traded.entries()) {
      const price = this.priceAt(index) ?? NaN;
      columns.openTime[i] = minute(index);
      for (const name of ['open', 'high', 'low', 'close'] as const) columns[name][i] = price;
      columns.volume[i] = 1;
    }
    return columns;
  }
}

/** The whole product with a vendor and a clock of the test's own; `now` is in minutes since the start. */
async function aWorld(t: TestContext, { now }: { readonly now: number }) {
  const vendor = new Vendor();
  const world = { now: minute(now) };
  vendor.localTime = () => world.now;
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'sync.db')}`,
    changesKept: 1_000,
    moreProviders: [vendor.provider],
    clock: () => world.now,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);

  async function order(series: Series, range: { readonly from: number; readonly to?: number }): Promise<SyncJob> {
    const { from, to } = range;
    const until = to === undefined ? {} : { to: minute(to) };
    return bus.execute(syncBars({ ...series, provider: 'vendor', from: minute(from), ...until }));
  }
  async function run(job: SyncJob): Promise<SyncJob> {
    const ran = (await scheduler.run(job.id, NOBODY)) as SyncJob;
    assertAccounts(ran);
    return ran;
  }
  return {
    vendor,
    bus,
    scheduler,
    passTo: (index: number) => (world.now = minute(index)),
    passMs: (ms: number) => (world.now += ms),
    order,
    run,
    sync: async (series: Series, range: { readonly from: number; readonly to?: number }) =>
      run(await order(series, range)),
    /** Prices by minute. */
    async prices(series: Series): Promise<ReadonlyMap<number, number>> {
      const { columns } = await bus.ask(getBars(series));
      return new Map(Array.from(columns.openTime, (time, i) => [(time - START) / MINUTE, columns.close[i]]));
    },
    async reasons(series: Series, from: number, to: number) {
      const { ranges } = await bus.ask(getCoverage({ ...series, from: minute(from), to: minute(to) }));
      return ranges.map((range) => [(range.from - START) / MINUTE, (range.to - START) / MINUTE, range.status]);
    },
    async put(series: Series, indices: readonly number[], price = 1) {
      const bars = indices.map((index) => ({
        openTime: minute(index),
        open: price,
        high: price,
        low: price,
        close: price,
        volume: 1,
      }));
      await bus.execute(upsertBars({ ...series, provider: 'vendor', state: 'final', bars }));
    },
  };
}

type Series = typeof CRYPTO | typeof UNSCHEDULED;

function assertAccounts({ progress }: SyncJob): void {
  const { fetched, inserted, changed, unchanged, skippedStale, rejected } = progress;
  assert.equal(fetched, inserted + changed + unchanged + skippedStale + rejected, 'what came is accounted for');
}

test('gaps before, after and within what is held are closed, the newest first', async (t) => {
  const { vendor, put, sync, prices, passTo } = await aWorld(t, { now: 1_000 });
  await put(CRYPTO, [400, 401, 402, 500, 501], 100);
  vendor.priceAt = () => 100;
  passTo(1_010);
  const { state, progress } = await sync(CRYPTO, { from: 0, to: 1_000 });
  assert.equal(state, 'completed');
  assert.deepEqual(progress.gaps, []);
  assert.deepEqual(
    [progress.expected, progress.wanted],
    [1_000, 898],
    'all but the span of what was held, which was read again',
  );
  assert.equal((await prices(CRYPTO)).size, 1_000);
  const [, ...pages] = vendor.asked.map(([from]) => from).filter((from, i, all) => i === 0 || from < all[i - 1]);
  assert.deepEqual(
    pages,
    [...pages].sort((a, b) => b - a),
  );
});

test('a second sync asks for nothing but the newest stored bars again', async (t) => {
  const { vendor, sync } = await aWorld(t, { now: 1_000 });
  const first = await sync(CRYPTO, { from: 0, to: 950 });
  assert.deepEqual([first.state, first.progress.requests, first.progress.inserted], ['completed', 10, 950]);
  vendor.asked.length = 0;
  const second = await sync(CRYPTO, { from: 0, to: 950 });
  assert.notEqual(second.id, first.id);
  assert.deepEqual([second.state, second.progress.wanted, second.progress.inserted], ['completed', 0, 0]);
  assert.deepEqual([vendor.asked[0][0], vendor.asked.at(-1)?.[1]], [0, 950], 'the newest stored day');
  assert.equal(vendor.asked.length, 10);
});

test('only new bars are asked for as time goes by', async (t) => {
  const { vendor, sync, passTo } = await aWorld(t, { now: 3_000 });
  await sync(CRYPTO, { from: 0 });
  passTo(3_030);
  vendor.asked.length = 0;
  const { state, progress } = await sync(CRYPTO, { from: 0 });
  assert.deepEqual([state, progress.wanted, progress.inserted], ['completed', 30, 30]);
  assert.deepEqual(vendor.asked.at(-1), [3_000, 3_030]);
  assert.deepEqual(
    vendor.asked.slice(0, -1).map(([from]) => from),
    [2_880, 2_980],
    'the newest stored day',
  );
});

for (const aheadMs of [90_000, 30 * MINUTE])
  test(`on a clock that is ${aheadMs / 1_000} s ahead no bar is stored before it is over at the vendor, nor final before it is settled`, async (t) => {
    const { vendor, bus, sync } = await aWorld(t, { now: 200 });
    vendor.time = () => minute(200) - aheadMs;
    const { state, progress } = await sync(CRYPTO, { from: 0 });
    assert.deepEqual([state, progress.rejected], ['completed', 0]);
    const range = { from: minute(0), to: minute(300) };
    const { columns } = await bus.ask(getBars({ ...CRYPTO, ...range }));
    const over = Math.floor((200 * MINUTE - aheadMs) / MINUTE);
    assert.equal(columns.openTime.length, over);
    const firstProvisional = Array.from(columns.state).findIndex((one) => one !== 2);
    assert.equal(firstProvisional, Math.floor((200 * MINUTE - aheadMs - FINALITY_MS) / MINUTE));
    const { columns: final } = await bus.ask(getBars({ ...CRYPTO, ...range, minState: 'final' }));
    assert.equal(final.openTime.length, firstProvisional);
  });

test('on a clock that is behind, what is over at the vendor is stored, and final once it is settled there', async (t) => {
  const { vendor, bus } = await aWorld(t, { now: 200 });
  vendor.time = () => minute(210);
  const order = fetchRange({ ...CRYPTO, provider: 'vendor', from: minute(150), to: minute(300) });
  await bus.execute(order); // its answer tells the vendor's time
  assert.deepEqual(await bus.execute(order), [{ from: minute(150), to: minute(210) }]);
  const { columns } = await bus.ask(getBars({ ...CRYPTO, from: minute(150), to: minute(300) }));
  assert.equal(columns.openTime.length, 60);
  assert.deepEqual([columns.state[57], columns.state[58]], [2, 1]);
});

test('what the vendor changed becomes a revision', async (t) => {
  const { vendor, bus, sync, passTo } = await aWorld(t, { now: 200 });
  await sync(CRYPTO, { from: 0 });
  const before = vendor.priceAt;
  vendor.priceAt = (index) => (index === 150 ? 77 : before(index));
  passTo(210);
  const { progress, state } = await sync(CRYPTO, { from: 0 });
  assert.equal(state, 'completed');
  assert.equal(progress.changed, 1 + FINALITY_MS / MINUTE, 'that one, and what was provisional');
  const revisions = await bus.ask(getRevisions({ ...CRYPTO, openTime: minute(150) }));
  assert.deepEqual(
    revisions.map(({ close }) => close),
    [before(150), 77],
  );
});

test('with another price basis the whole series is fetched anew, and what is new as well, by the same job', async (t) => {
  const { vendor, sync, prices, passTo, bus } = await aWorld(t, { now: 3_000 });
  await sync(CRYPTO, { from: 0 });
  const before = vendor.priceAt;
  vendor.priceAt = (index) => (before(index) ?? 0) / 4;
  passTo(3_050);
  vendor.asked.length = 0;
  const { state, progress } = await sync(CRYPTO, { from: 0 });
  assert.deepEqual([state, progress.gaps], ['completed', []]);
  const stored = await prices(CRYPTO);
  assert.equal(stored.size, 3_050);
  for (const [index, price] of stored) assert.equal(price, vendor.priceAt(index), `minute ${index}`);
  assert.equal((await bus.ask(getRevisions({ ...CRYPTO, openTime: minute(0) }))).length, 2);
});

test('a job that was interrupted while it changed the price basis begins that again', async (t) => {
  const { vendor, order, run, prices, passTo, scheduler } = await aWorld(t, { now: 3_000 });
  await run(await order(CRYPTO, { from: 0, to: 3_000 }));
  const before = vendor.priceAt;
  vendor.priceAt = (index) => (before(index) ?? 0) / 4;
  passTo(3_050);
  vendor.asked.length = 0;
  const interrupt = new AbortController();
  vendor.onAsked = () => {
    if (vendor.asked.length > 25) interrupt.abort();
  };
  const job = await order(CRYPTO, { from: 0, to: 3_050 });
  assert.equal((await scheduler.run(job.id, interrupt.signal)).state, 'waiting');
  assert.ok(
    [...(await prices(CRYPTO))].some(([index, price]) => price === before(index)),
    'it is not done',
  );
  assert.equal((await run(job)).state, 'completed');
  for (const [index, price] of await prices(CRYPTO)) assert.equal(price, vendor.priceAt(index), `minute ${index}`);
});

test('where nobody traded there were no trades, and the job is completed', async (t) => {
  const { vendor, sync, reasons } = await aWorld(t, { now: 500 });
  vendor.priceAt = (index) => (index >= 100 && index < 140 ? undefined : 5);
  const { state, progress } = await sync(CRYPTO, { from: 0, to: 300 });
  assert.deepEqual([state, progress.empty, progress.inserted, progress.gaps], ['completed', 40, 260, []]);
  assert.deepEqual(await reasons(CRYPTO, 0, 300), [
    [0, 100, 'held'],
    [100, 140, 'noTrades'],
    [140, 300, 'held'],
  ]);
  vendor.asked.length = 0;
  const again = await sync(CRYPTO, { from: 0, to: 300 });
  assert.deepEqual([again.progress.wanted, again.progress.inserted], [0, 0]);
});

test('a bar that the vendor is late with is not taken for one without trades', async (t) => {
  const { vendor, sync, reasons, prices, passTo } = await aWorld(t, { now: 100 });
  vendor.priceAt = (index) => (index === 99 ? undefined : 5);
  assert.equal((await sync(CRYPTO, { from: 0 })).state, 'completed', 'it may still come');
  assert.deepEqual(await reasons(CRYPTO, 98, 100), [
    [98, 99, 'held'],
    [99, 100, 'notFetched'],
  ]);
  vendor.priceAt = () => 5;
  passTo(110);
  await sync(CRYPTO, { from: 0 });
  assert.equal((await prices(CRYPTO)).size, 110);
});

test('a vendor that is down lets the job wait, is seen in coverage and status, and both are clear after a success', async (t) => {
  const { vendor, bus, order, run, reasons, passMs } = await aWorld(t, { now: 50 });
  vendor.fault = 'PROVIDER_UNAVAILABLE';
  const job = await order(CRYPTO, { from: 0 });
  const waits = await run(job);
  assert.deepEqual([waits.state, waits.error?.code], ['waiting', 'PROVIDER_UNAVAILABLE']);
  assert.deepEqual(await reasons(CRYPTO, 0, 50), [[0, 50, 'providerError']]);
  const [status] = await bus.ask(getSyncStatus({ instrumentId: CRYPTO.instrumentId }));
  assert.deepEqual([status.state, status.error?.code], ['waiting', 'PROVIDER_UNAVAILABLE']);

  vendor.fault = undefined;
  passMs(10_000);
  assert.equal((await run(job)).state, 'completed');
  const [later] = await bus.ask(getSyncStatus({}));
  assert.deepEqual([later.state, later.error], ['completed', undefined]);
  assert.deepEqual(await reasons(CRYPTO, 0, 50), [[0, 50, 'held']]);
});

test('a vendor that stays down ends the job; a later one clears the status', async (t) => {
  const { vendor, bus, order, run, sync, passMs } = await aWorld(t, { now: 50 });
  vendor.fault = 'PROVIDER_TIMEOUT';
  let job = await order(CRYPTO, { from: 0 });
  for (let tries = 0; tries < 8; tries++) {
    job = await run(job);
    passMs(15 * MINUTE);
  }
  assert.deepEqual([job.state, job.error?.code], ['failed', 'PROVIDER_TIMEOUT']);
  assert.equal((await bus.ask(getSyncStatus({})))[0].state, 'failed');
  vendor.fault = undefined;
  const after = await sync(CRYPTO, { from: 0 });
  assert.notEqual(after.id, job.id);
  assert.equal((await bus.ask(getSyncStatus({})))[0].error, undefined);
});

test('what the vendor refuses fails at once, also where bars are held', async (t) => {
  const { vendor, sync, passTo, reasons } = await aWorld(t, { now: 50 });
  await sync(CRYPTO, { from: 0 });
  vendor.fault = 'PROVIDER_SYMBOL_UNKNOWN';
  passTo(60);
  const { state, error, attempts } = await sync(CRYPTO, { from: 0 });
  assert.deepEqual([state, error?.code, attempts], ['failed', 'PROVIDER_SYMBOL_UNKNOWN', 1]);
  assert.deepEqual(await reasons(CRYPTO, 0, 60), [
    [0, 50, 'held'],
    [50, 60, 'providerError'],
  ]);
});

test('one request that fails does not stop the others, and only it is repeated', async (t) => {
  const { vendor, order, run, prices, passMs } = await aWorld(t, { now: 1_000 });
  vendor.fault = 'PROVIDER_UNAVAILABLE';
  vendor.failsAt = (from) => from === 300;
  const job = await order(CRYPTO, { from: 0, to: 900 });
  const waits = await run(job);
  assert.deepEqual([waits.state, waits.progress.failed, waits.progress.inserted], ['waiting', 100, 800]);
  assert.deepEqual(waits.progress.gaps, [{ from: minute(300), to: minute(400), bars: 100, reason: 'providerError' }]);
  vendor.fault = undefined;
  vendor.asked.length = 0;
  passMs(5_000);
  const ended = await run(job);
  assert.deepEqual(vendor.asked, [[300, 400]]);
  assert.deepEqual([ended.state, ended.progress.failed, ended.progress.requests], ['completed', 0, 9]);
  assert.equal((await prices(CRYPTO)).size, 900);
});

test('a page that fails for good does not stop the others, and the job says which and why', async (t) => {
  const { vendor, sync, prices } = await aWorld(t, { now: 1_000 });
  vendor.fault = 'PROVIDER_REFUSED';
  vendor.failsAt = (from) => from >= 800;
  const { state, error, progress } = await sync(CRYPTO, { from: 0, to: 900 });
  assert.deepEqual([state, error, progress.inserted, progress.failed], ['incomplete', undefined, 800, 100]);
  assert.deepEqual(progress.failures, [
    { from: minute(800), to: minute(900), code: 'PROVIDER_REFUSED', message: 'as told' },
  ]);
  assert.equal((await prices(CRYPTO)).size, 800);
});

test('young bars are provisional, and a later sync makes them final', async (t) => {
  const { bus, sync, passTo } = await aWorld(t, { now: 100 });
  await sync(CRYPTO, { from: 0 });
  const finalBars = async (): Promise<number> =>
    (await bus.ask(getBars({ ...CRYPTO, minState: 'final' }))).columns.openTime.length;
  assert.equal(await finalBars(), 98);
  passTo(100 + 3_000);
  await sync(CRYPTO, { from: 0 });
  assert.equal(await finalBars(), 3_098);
});

test('a series that no schedule is known of is brought up, too', async (t) => {
  const { vendor, sync, prices, passTo } = await aWorld(t, { now: 500 });
  vendor.priceAt = (index) => (index % 10 === 0 ? 5 : undefined);
  const { state, progress } = await sync(UNSCHEDULED, { from: 0 });
  assert.deepEqual([state, progress.expected, progress.inserted], ['completed', undefined, 50]);
  vendor.asked.length = 0;
  passTo(505);
  assert.equal((await sync(UNSCHEDULED, { from: 0 })).state, 'completed');
  assert.equal(vendor.asked.at(-1)?.[1], 505);
  assert.equal((await prices(UNSCHEDULED)).size, 51);
});

test('what is older than the vendor reaches is not asked for, and the job tells of it', async (t) => {
  const { vendor, sync, prices, reasons } = await aWorld(t, { now: 1_000 });
  vendor.reach = minute(730);
  const { state, progress, error } = await sync(CRYPTO, { from: 0, to: 900 });
  assert.deepEqual([state, error, progress.inserted, progress.failed], ['incomplete', undefined, 170, 730]);
  assert.deepEqual(progress.gaps, [{ from: START, to: minute(730), bars: 730, reason: 'providerError' }]);
  assert.ok(vendor.asked.every(([from]) => from >= 730));
  assert.equal((await prices(CRYPTO)).size, 170);
  assert.deepEqual(await reasons(CRYPTO, 0, 900), [
    [0, 730, 'providerError'],
    [730, 900, 'held'],
  ]);
});

test('a bar that cannot be stored is rejected, and the job says what is missing', async (t) => {
  const { vendor, sync } = await aWorld(t, { now: 500 });
  vendor.priceAt = (index) => (index === 20 ? NaN : 5);
  const { state, progress } = await sync(CRYPTO, { from: 0, to: 100 });
  assert.deepEqual([state, progress.rejected, progress.inserted], ['incomplete', 1, 99]);
  assert.deepEqual(progress.gaps, [{ from: minute(20), to: minute(21), bars: 1, reason: 'quarantined' }]);
});

test('bars that were deleted are fetched again where nobody else holds them', async (t) => {
  const { bus, sync, prices } = await aWorld(t, { now: 500 });
  await sync(CRYPTO, { from: 0, to: 400 });
  await bus.execute(deleteBars({ ...CRYPTO, from: minute(100), to: minute(200) }));
  await sync(CRYPTO, { from: 0, to: 400 });
  assert.equal((await prices(CRYPTO)).size, 400);
});

test('before a listing nothing is expected', async (t) => {
  const { vendor, bus, sync } = await aWorld(t, { now: 500 });
  await bus.execute(registerSymbol({ instrumentId: CRYPTO.instrumentId, listedFrom: minute(250) }));
  const { state, progress } = await sync(CRYPTO, { from: 0, to: 400 });
  assert.deepEqual([state, progress.inserted], ['completed', 150]);
  assert.ok(vendor.asked.every(([from]) => from >= 250));
});

test('a cancelled job keeps what it stored', async (t) => {
  const { vendor, bus, order, run, prices, scheduler } = await aWorld(t, { now: 1_000 });
  const job = await order(CRYPTO, { from: 0, to: 900 });
  const wishes: Promise<unknown>[] = [];
  vendor.onAsked = () => {
    if (vendor.asked.length === 3) wishes.push(scheduler.cancel(job.id));
  };
  await run(job);
  await Promise.all(wishes);
  assert.equal((await bus.ask(getJob({ id: job.id }))).state, 'cancelled');
  const { size } = await prices(CRYPTO);
  assert.ok(size >= 200 && size < 900, `${size} bars`);
});

test('an earlier start than before is kept for the tracked series, a later one does not shorten it', async (t) => {
  const { bus, sync } = await aWorld(t, { now: 500 });
  for (const [from, tracked] of [
    [300, 300],
    [100, 100],
    [200, 100],
  ] as const) {
    await sync(CRYPTO, { from });
    assert.equal((await bus.ask(getSyncStatus({})))[0].from, minute(tracked));
  }
  const job = await bus.execute(syncBars(CRYPTO));
  assert.equal(job.input.from, minute(100));
  assert.equal(job.input.provider, 'vendor');
});

test('a series that is let go is not tracked again by what was ordered for it before', async (t) => {
  const { bus, sync, prices } = await aWorld(t, { now: 500 });
  await sync(CRYPTO, { from: 300 });
  await bus.execute(untrackSeries(CRYPTO));
  await bus.execute(untrackSeries(CRYPTO));
  assert.deepEqual(await bus.ask(getSyncStatus({})), []);
  assert.equal((await prices(CRYPTO)).size, 200, 'what was stored stays');
  const asScheduled = { ...CRYPTO, provider: 'vendor', from: minute(300), keepsTracking: true };
  await bus.execute(syncBars(asScheduled));
  assert.deepEqual(await bus.ask(getSyncStatus({})), []);
  await sync(CRYPTO, { from: 300 });
  assert.equal((await bus.ask(getSyncStatus({}))).length, 1);
});

test('jobs are listed page by page, the newest first, of one state or of all', async (t) => {
  const { bus, order, run, passMs } = await aWorld(t, { now: 500 });
  const made: string[] = [];
  for (const from of [1, 2, 3, 4, 5]) {
    const job = await order(CRYPTO, { from, to: 10 });
    made.unshift(job.id);
    if (from === 2) await run(job);
    if (from === 3) passMs(1); // two were made at one moment, and three at the next
  }
  const seen: string[] = [];
  let page = await bus.ask(getJobs({ limit: 2 }));
  for (; page.nextCursor !== undefined; page = await bus.ask(getJobs({ limit: 2, cursor: page.nextCursor })))
    seen.push(...page.jobs.map(({ id }) => id));
  seen.push(...page.jobs.map(({ id }) => id));
  assert.equal(seen.length, 5);
  assert.deepEqual([...seen].sort(), [...made].sort());
  assert.deepEqual(seen.slice(0, 2).sort(), made.slice(0, 2).sort());
  const ended = await bus.ask(getJobs({ state: 'completed' }));
  assert.deepEqual(
    ended.jobs.map(({ id }) => id),
    [made[3]],
  );
});
