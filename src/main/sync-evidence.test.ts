import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { aFolder } from '../../test/support/open-test-database.ts';
import { deleteBars, getBars } from '../features/bars/index.ts';
import { getCoverage } from '../features/coverage/index.ts';
import { getSymbolDetails, registerSymbol } from '../features/instruments/index.ts';
import { syncBars, type SyncJob } from '../features/sync/index.ts';
import { DAY_MS, epochMs, epochMsOfIso, newBarColumns, openTimeAt } from '../market/index.ts';
import { ProviderError } from '../platform/errors/index.ts';
import type { BarsRequest, MarketDataProvider } from '../providers/contract/index.ts';
import { openApplication } from './application.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = epochMsOfIso('2024-03-04');
const PAGE = 100;
/** Trades around the clock. */
const CRYPTO = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const STOCK = { instrumentId: 'NASDAQ:AAPL', interval: '1m' } as const;
type Series = typeof CRYPTO | typeof STOCK;
const NOBODY = new AbortController().signal;

/** Minutes since the start. */
type Range = readonly [from: number, to: number];
/** What is left of an answer to a request for a range. */
type Lie = (minutes: readonly number[], range: Range, request: number) => readonly number[];

const honest: Lie = (minutes) => minutes;

/** Has bars of some minutes, and does not always say so. */
class Vendor {
  traded: (minute: number) => boolean;
  lie: Lie = honest;
  readonly asked: Range[] = [];
  firstMinute: number | undefined;
  firstAsked = 0;
  isDown = false;
  readonly provider: MarketDataProvider;

  constructor(traded: (minute: number) => boolean) {
    this.traded = traded;
    this.provider = {
      name: 'vendor',
      isSynthetic: false,
      basis: 'raw',
      intervals: ['1m'],
      barsPerRequest: PAGE,
      finalityDelayMs: () => 0,
      reachOf: () => undefined,
      fetchBars: (request) => this.#answer(request),
      firstOpenTime: () => {
        this.firstAsked++;
        if (this.isDown) throw new ProviderError('PROVIDER_UNAVAILABLE', 'as told');
        return Promise.resolve(this.firstMinute === undefined ? undefined : START + this.firstMinute * MINUTE);
      },
      close: () => Promise.resolve(),
    };
  }

  async *#answer({ range, now }: BarsRequest) {
    const end = (Math.min(range.to, openTimeAt(now, '1m')) - START) / MINUTE;
    for (let from = (range.from - START) / MINUTE; from < end; from += PAGE) {
      const to = Math.min(end, from + PAGE);
      this.asked.push([from, to]);
      const minutes = Array.from({ length: to - from }, (_, i) => from + i).filter((one) => this.traded(one));
      const told = this.lie(minutes, [from, to], this.asked.length - 1);
      const columns = newBarColumns(told.length);
      for (const [i, minute] of told.entries()) {
        columns.openTime[i] = START + minute * MINUTE;
        for (const name of ['open', 'high', 'low', 'close'] as const) columns[name][i] = 100 + (minute % 7);
      }
      const covered = { from: epochMs(START + from * MINUTE), to: epochMs(START + to * MINUTE) };
      yield await Promise.resolve({ columns, covered });
    }
  }
}

async function aWorld(t: Pick<TestContext, 'after'>, folder: string, traded: (minute: number) => boolean) {
  const vendor = new Vendor(traded);
  const world = { now: START + 30 * DAY_MS };
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'evidence.db')}`,
    changesKept: 1_000,
    moreProviders: [vendor.provider],
    clock: () => world.now,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  const times = ([from, to]: Range) => ({ from: START + from * MINUTE, to: START + to * MINUTE });
  return {
    vendor,
    bus,
    close,
    pass: (ms: number) => (world.now += ms),
    async sync(series: Series, range: Range, more: { readonly verifyEmpty?: boolean } = {}): Promise<SyncJob> {
      vendor.asked.length = 0;
      const order = { ...series, ...times(range), provider: 'vendor', ...more };
      return (await scheduler.run((await bus.execute(syncBars(order))).id, NOBODY)) as SyncJob;
    },
    async held(series: Series): Promise<readonly number[]> {
      const { columns } = await bus.ask(getBars(series));
      return Array.from(columns.openTime, (time) => (time - START) / MINUTE);
    },
    async coverage(series: Series, range: Range) {
      const { complete, ranges } = await bus.ask(getCoverage({ ...series, ...times(range) }));
      const missing = ranges
        .filter(({ status }) => status !== 'held')
        .map(({ from, to, status, looks }) => [(from - START) / MINUTE, (to - START) / MINUTE, status, looks]);
      return { complete, missing };
    },
    remove: (series: Series, range: Range) => bus.execute(deleteBars({ ...series, ...times(range) })),
  };
}

/** The newest stored day is read again by each sync; what follows is what it asks for beyond that. */
const LENGTH = 4_320;
const NEWEST_DAY = LENGTH - 1_440;
const RANGE: Range = [0, LENGTH];
const beyondOverlap = (asked: readonly Range[]): readonly Range[] => asked.filter(([from]) => from < NEWEST_DAY);

/** The same on each run. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

function minutesWith(chance: number, seed = 7): (minute: number) => boolean {
  const next = random(seed);
  const traded = Array.from({ length: LENGTH }, () => next() < chance);
  return (minute) => traded[minute] ?? false;
}

const LIES: Readonly<Record<string, (minutes: readonly number[]) => readonly number[]>> = {
  empty: () => [],
  'cut at its end': (minutes) => minutes.slice(0, -30),
  'cut at its start': (minutes) => minutes.slice(30),
  'cut in its middle': (minutes) => [...minutes.slice(0, 40), ...minutes.slice(70)],
};

for (const [name, cut] of Object.entries(LIES))
  test(`a page that comes ${name} once is asked for again by another cut, and nothing is lost`, async (t) => {
    const { vendor, sync, held, coverage } = await aWorld(t, aFolder(t), () => true);
    vendor.lie = (minutes, _range, request) => (request === 20 ? cut(minutes) : minutes);
    const { state, progress } = await sync(CRYPTO, RANGE);
    assert.deepEqual([state, progress.empty, (await held(CRYPTO)).length], ['completed', 0, LENGTH]);
    assert.deepEqual(await coverage(CRYPTO, RANGE), { complete: true, missing: [] });
    assert.ok(vendor.asked.length <= 44 + 2, `${vendor.asked.length} requests`);
  });

test('what nobody confirmed is not called empty: a job that ends before the second look leaves it open', async (t) => {
  const { vendor, sync, coverage, held } = await aWorld(t, aFolder(t), () => true);
  vendor.lie = (minutes, [from], request) => {
    if (request > 43) throw new ProviderError('PROVIDER_UNAVAILABLE', 'as told');
    return from === 1_020 ? [] : minutes;
  };
  const { state, progress } = await sync(CRYPTO, RANGE);
  assert.deepEqual([state, progress.empty], ['waiting', 0]);
  assert.deepEqual(await coverage(CRYPTO, RANGE), {
    complete: false,
    missing: [[1_020, 1_120, 'notFetched', undefined]],
  });
  vendor.lie = honest;
  assert.equal((await sync(CRYPTO, RANGE)).state, 'waiting', 'the same job, which rests');
  await sync(CRYPTO, [0, LENGTH - 1]);
  assert.equal((await held(CRYPTO)).length, LENGTH);
});

test('a silence that was real is looked at again after hours and after days, then never; each look is shown', async (t) => {
  const isSilent = (minute: number): boolean => minute >= 1_000 && minute < 1_040;
  const { vendor, sync, coverage, pass } = await aWorld(t, aFolder(t), (minute) => !isSilent(minute));
  const first = await sync(CRYPTO, RANGE);
  assert.deepEqual([first.state, first.progress.empty], ['completed', 40]);
  const looks = [];
  for (const ms of [0, HOUR, 6 * HOUR, HOUR, 4 * DAY_MS, DAY_MS, 30 * DAY_MS]) {
    pass(ms);
    assert.equal((await sync(CRYPTO, RANGE)).state, 'completed');
    const [[, , status, count]] = (await coverage(CRYPTO, RANGE)).missing;
    assert.equal(status, 'noTrades');
    looks.push([count, beyondOverlap(vendor.asked)]);
  }
  const again: readonly Range[] = [[975, 1_065]];
  assert.deepEqual(looks, [
    [2, []],
    [2, []],
    [3, again],
    [3, []],
    [4, again],
    [4, []],
    [4, []],
  ]);
});

test('a page that stays empty for hours comes in once it is there', async (t) => {
  const { vendor, sync, held, pass } = await aWorld(t, aFolder(t), () => true);
  vendor.lie = (minutes) => minutes.filter((minute) => minute < 500 || minute >= 600);
  await sync(CRYPTO, RANGE);
  vendor.lie = honest;
  pass(7 * HOUR);
  await sync(CRYPTO, RANGE);
  assert.equal((await held(CRYPTO)).length, LENGTH);
});

test('healthy series, busy or quiet, are asked for once', async (t) => {
  // Of the first pages of a series nothing is known yet, so that some may be asked for again.
  for (const [chance, more] of [
    [1, 0],
    [0.98, 0],
    [0.7, 0],
    [0.3, 0],
    [0.1, 1],
    [0.02, 2],
    [0.002, 10],
  ] as const) {
    const { vendor, sync, held, pass } = await aWorld(t, aFolder(t), minutesWith(chance));
    await sync(CRYPTO, RANGE);
    const pages = Math.ceil(LENGTH / PAGE);
    assert.ok(vendor.asked.length <= pages + more, `${vendor.asked.length} requests at ${chance}`);
    pass(HOUR);
    await sync(CRYPTO, RANGE);
    const overlapFrom = Math.min(NEWEST_DAY, (await held(CRYPTO)).at(-20) ?? 0);
    assert.deepEqual(
      vendor.asked.filter(([from]) => from < overlapFrom),
      [],
      `at ${chance}`,
    );
  }
});

test('a rest of some minutes each night is usual, and what is closed is not asked for', async (t) => {
  const nightly = await aWorld(t, aFolder(t), (minute) => minute % 240 >= 12);
  await nightly.sync(CRYPTO, RANGE);
  assert.ok(nightly.vendor.asked.length <= 44 + 3, `${nightly.vendor.asked.length} requests`);
  const OPEN = 14 * 60 + 30;
  const stock = await aWorld(t, aFolder(t), (minute) => minute % 1_440 >= OPEN && minute % 1_440 < OPEN + 390);
  const { state, progress } = await stock.sync(STOCK, RANGE);
  assert.deepEqual([state, progress.empty, progress.inserted], ['completed', 0, 3 * 390]);
  const once = stock.vendor.asked.length;
  assert.ok(once <= Math.ceil(LENGTH / PAGE), `${once} requests`);
});

test('a session that is lost is not complete before a second look says so, and then it is asked for later', async (t) => {
  const OPEN = 14 * 60 + 30;
  const traded = (minute: number): boolean => minute % 1_440 >= OPEN && minute % 1_440 < OPEN + 390;
  const { vendor, sync, held, coverage, pass } = await aWorld(t, aFolder(t), traded);
  vendor.lie = (minutes) => minutes.filter((minute) => minute < 1_440 || minute >= 2_880);
  await sync(STOCK, RANGE);
  assert.deepEqual((await coverage(STOCK, RANGE)).missing, [[1_440 + OPEN, 1_440 + OPEN + 390, 'noTrades', 2]]);
  vendor.lie = honest;
  pass(DAY_MS);
  await sync(STOCK, RANGE);
  assert.equal((await held(STOCK)).length, 3 * 390);
});

test('whatever a vendor leaves out of one page in fifty, after three syncs it is stored or known to be missing', async (t) => {
  const lies = Object.values(LIES);
  const run = fc.record({
    seed: fc.nat(),
    chance: fc.constantFrom(1, 0.99, 0.95),
    isStock: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(run, async ({ seed, chance, isStock }) => {
      const OPEN = 14 * 60 + 30;
      const trades = minutesWith(chance, seed);
      const isOpen = (minute: number): boolean => minute % 1_440 >= OPEN && minute % 1_440 < OPEN + 390;
      const traded = isStock ? (minute: number) => isOpen(minute) && trades(minute) : trades;
      const series = isStock ? STOCK : CRYPTO;
      const { vendor, sync, held, coverage, pass, close } = await aWorld(
        { after: () => undefined },
        aFolder(t),
        traded,
      );
      const next = random(seed + 1);
      vendor.lie = (minutes) => {
        const isLie = next() < 0.02;
        const lie = lies[Math.floor(next() * lies.length)];
        return isLie ? lie(minutes) : minutes;
      };
      for (const ms of [0, 7 * HOUR, 4 * DAY_MS]) {
        pass(ms);
        await sync(series, RANGE);
      }
      const expected = Array.from({ length: LENGTH }, (_, minute) => minute).filter(traded);
      const stored = new Set(await held(series));
      const lost = expected.filter((minute) => !stored.has(minute));
      const { complete } = await coverage(series, RANGE);
      await close();
      assert.ok(lost.length === 0 || !complete, `${lost.length} of ${expected.length} lost, the first at ${lost[0]}`);
    }),
    { numRuns: 10 },
  );
});

test('what was deleted is fetched again, however old it is', async (t) => {
  const { sync, remove, held, coverage } = await aWorld(t, aFolder(t), (minute) => minute % 10 > 0);
  await sync(CRYPTO, RANGE);
  const before = (await held(CRYPTO)).length;
  await remove(CRYPTO, [500, 900]);
  const { complete, missing } = await coverage(CRYPTO, [500, 900]);
  assert.deepEqual([complete, missing], [false, [[500, 900, 'notFetched', undefined]]]);
  const { state, progress } = await sync(CRYPTO, RANGE);
  assert.deepEqual([state, progress.inserted, (await held(CRYPTO)).length], ['completed', 360, before]);
});

test('where all is deleted nothing is known of the prices either, so that another provider may give them', async (t) => {
  const { sync, remove, bus } = await aWorld(t, aFolder(t), () => true);
  await sync(CRYPTO, [0, 100]);
  assert.equal((await bus.ask(getCoverage(CRYPTO))).basis, 'raw');
  await remove(CRYPTO, [0, 100]);
  assert.equal((await bus.ask(getCoverage(CRYPTO))).basis, undefined);
});

test('a person can have all that counts as empty asked for again', async (t) => {
  const { vendor, sync, held, pass, coverage } = await aWorld(t, aFolder(t), () => true);
  const lost = new Set([300, 301, 302, ...Array.from({ length: 40 }, (_, i) => 1_000 + i)]);
  vendor.lie = (minutes) => minutes.filter((minute) => !lost.has(minute));
  for (const ms of [0, 7 * HOUR, 4 * DAY_MS]) {
    pass(ms);
    await sync(CRYPTO, RANGE);
  }
  assert.deepEqual((await coverage(CRYPTO, RANGE)).missing, [
    [300, 303, 'noTrades', 1],
    [1_000, 1_040, 'noTrades', 4],
  ]);
  vendor.lie = honest;
  pass(30 * DAY_MS);
  await sync(CRYPTO, RANGE);
  assert.equal((await held(CRYPTO)).length, LENGTH - 43, 'a sync alone believes it');
  const { state } = await sync(CRYPTO, RANGE, { verifyEmpty: true });
  assert.deepEqual([state, (await held(CRYPTO)).length], ['completed', LENGTH]);
});

test('what is verified and still empty rests on one more answer, and no sync asks for it on its own', async (t) => {
  const { vendor, sync, coverage, pass } = await aWorld(t, aFolder(t), (minute) => minute < 300 || minute > 302);
  await sync(CRYPTO, RANGE);
  await sync(CRYPTO, RANGE, { verifyEmpty: true });
  assert.deepEqual((await coverage(CRYPTO, RANGE)).missing, [[300, 303, 'noTrades', 2]]);
  pass(30 * DAY_MS);
  await sync(CRYPTO, RANGE);
  assert.deepEqual(beyondOverlap(vendor.asked), []);
});

test('what lies before the first bar that the provider has was not listed yet, and is not asked for', async (t) => {
  const { vendor, sync, coverage, bus, pass } = await aWorld(t, aFolder(t), (minute) => minute >= 2_069);
  vendor.firstMinute = 2_069;
  const { state, progress } = await sync(CRYPTO, RANGE);
  assert.deepEqual([state, progress.empty, progress.inserted], ['completed', 0, LENGTH - 2_069]);
  assert.ok(vendor.asked.every(([from]) => from >= 2_069));
  assert.deepEqual((await coverage(CRYPTO, RANGE)).missing, [[0, 2_069, 'beforeListing', undefined]]);
  const { instrumentId } = CRYPTO;
  assert.equal((await bus.ask(getSymbolDetails({ instrumentId })))?.listedFrom, START + 2_069 * MINUTE);
  pass(DAY_MS);
  await sync(CRYPTO, RANGE);
  assert.equal(vendor.firstAsked, 1);
});

test('a listing that was declared is not asked for, and one that what is held disproves is not believed', async (t) => {
  const declared = await aWorld(t, aFolder(t), () => true);
  declared.vendor.firstMinute = 500;
  await declared.bus.execute(registerSymbol({ instrumentId: CRYPTO.instrumentId, listedFrom: START }));
  await declared.sync(CRYPTO, RANGE);
  assert.equal(declared.vendor.firstAsked, 0);
  assert.equal((await declared.held(CRYPTO)).length, LENGTH);

  const disproved = await aWorld(t, aFolder(t), () => true);
  await disproved.sync(CRYPTO, [400, 700]);
  disproved.vendor.firstMinute = 500;
  await disproved.sync(CRYPTO, RANGE);
  assert.equal((await disproved.held(CRYPTO)).length, LENGTH);
});

test('where the provider cannot say when it was listed, the bars are asked for', async (t) => {
  const { vendor, sync, held } = await aWorld(t, aFolder(t), () => true);
  vendor.isDown = true;
  assert.equal((await sync(CRYPTO, RANGE)).state, 'completed');
  assert.equal((await held(CRYPTO)).length, LENGTH);
});
