import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { deleteBars, getBars } from '../features/bars/index.ts';
import { getCoverage } from '../features/coverage/index.ts';
import { registerSymbol } from '../features/instruments/index.ts';
import { getSyncStatus, syncBars, type SyncJob } from '../features/sync/index.ts';
import { epochMs, epochMsOfIso, newBarColumns, openTimeAt, type PriceBasis } from '../market/index.ts';
import { ProviderError } from '../platform/errors/index.ts';
import type { CorporateAction, MarketDataProvider } from '../providers/contract/index.ts';
import { openApplication } from './application.ts';

const MINUTE = 60_000;
const START = epochMsOfIso('2024-03-04');
const minute = (count: number): number => START + count * MINUTE;
const BARS_PER_REQUEST = 100;
const CRYPTO = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const NOBODY = new AbortController().signal;

interface MadeBar {
  readonly price: number;
  readonly volume: number;
}

const cents = (price: number): number => Math.round(price * 100) / 100;
const usual = (index: number): MadeBar => ({
  price: cents(20 + Math.sin(index / 7)),
  volume: 5_000 + (index % 50) * 37,
});

/** A vendor that a test lets mean something else, as of a whole history, of new days or of one answer. */
class Vendor {
  barAt: (index: number) => MadeBar | undefined = usual;
  currency: string | undefined;
  reach: number | undefined;
  splits: readonly CorporateAction[] = [];
  onAsked: () => void = () => undefined;
  asked = 0;
  readonly provider: MarketDataProvider;

  constructor(basis: PriceBasis) {
    this.provider = {
      name: 'vendor',
      isSynthetic: false,
      basis,
      intervals: ['1m'],
      barsPerRequest: BARS_PER_REQUEST,
      finalityDelayMs: () => 2 * MINUTE,
      reachOf: () => this.reach,
      fetchBars: ({ range, now }) => this.#answer(range, now),
      fetchCorporateActions: (_instrument, { from, to }) =>
        Promise.resolve(this.splits.filter(({ exDay }) => exDay >= from && exDay < to)),
      close: () => Promise.resolve(),
    };
  }

  async *#answer(range: { from: number; to: number }, now: number) {
    const end = Math.min(range.to, openTimeAt(now, '1m'));
    if (range.from < (this.reach ?? 0)) throw new ProviderError('PROVIDER_OUT_OF_REACH', 'as told');
    for (let { from } = range; from < end; from += BARS_PER_REQUEST * MINUTE) {
      const to = Math.min(end, from + BARS_PER_REQUEST * MINUTE);
      this.asked++;
      this.onAsked();
      yield await Promise.resolve({
        columns: this.#bars((from - START) / MINUTE, (to - START) / MINUTE),
        covered: { from: epochMs(from), to: epochMs(to) },
        ...(this.currency === undefined ? {} : { currency: this.currency }),
      });
    }
  }

  #bars(first: number, last: number) {
    const made = Array.from({ length: last - first }, (_, i) => first + i).flatMap((index) => {
      const bar = this.barAt(index);
      return bar === undefined ? [] : [{ index, ...bar }];
    });
    const columns = newBarColumns(made.length);
    for (const [i, { index, price, volume }] of made.entries()) {
      columns.openTime[i] = minute(index);
      for (const name of ['open', 'high', 'low', 'close'] as const) columns[name][i] = price;
      columns.volume[i] = volume;
    }
    return columns;
  }
}

async function aWorld(t: TestContext, basis: PriceBasis = 'raw') {
  const vendor = new Vendor(basis);
  const world = { now: minute(3_000) };
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'basis.db')}`,
    changesKept: 1_000,
    moreProviders: [vendor.provider],
    clock: () => world.now,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  const order = (more: { readonly acceptJump?: boolean } = {}): Promise<SyncJob> =>
    bus.execute(syncBars({ ...CRYPTO, provider: 'vendor', from: START, ...more }));
  async function sync(more: { readonly acceptJump?: boolean } = {}): Promise<readonly [string, string | undefined]> {
    const { state, error } = (await scheduler.run((await order(more)).id, NOBODY)) as SyncJob;
    return [state, error?.code];
  }
  return {
    vendor,
    bus,
    scheduler,
    order,
    sync,
    passTo: (index: number) => (world.now = minute(index)),
    stored: async () => {
      const { columns, basis: stated } = await bus.ask(getBars(CRYPTO));
      const bars = new Map<number, MadeBar>();
      for (const [i, time] of columns.openTime.entries())
        bars.set((time - START) / MINUTE, { price: columns.close[i], volume: columns.volume[i] });
      return { bars, stated };
    },
    refusal: async () => (await bus.ask(getCoverage({ ...CRYPTO, from: START, to: minute(1) }))).refusal?.code,
  };
}

type World = Awaited<ReturnType<typeof aWorld>>;

async function assertStored({ stored }: World, barAt: (index: number) => MadeBar | undefined, count: number) {
  const { bars, stated } = await stored();
  assert.notEqual(stated, 'mixed');
  assert.equal(bars.size, count);
  for (const [index, bar] of bars) assert.deepEqual(bar, barAt(index), `minute ${index}`);
}

const COMPLETED = ['completed', undefined] as const;

for (const [what, change] of [
  [
    'split 4:1 while bars are also corrected',
    ({ price, volume }, index) => ({ price: index % 6 === 4 ? price : price / 4, volume }),
  ],
  ['split 10:1 in cents', ({ price, volume }) => ({ price: cents(price / 10), volume: volume * 10 })],
  ['reverse split 1:10', ({ price, volume }) => ({ price: cents(price * 10), volume: Math.round(volume / 10) })],
  ['volume in lots', ({ price, volume }) => ({ price, volume: Math.floor(volume / 100) })],
  ['pounds instead of pence', ({ price, volume }) => ({ price: price / 100, volume })],
] as readonly [string, (bar: MadeBar, index: number) => MadeBar][])
  test(`the whole history on another basis is fetched anew: ${what}`, async (t) => {
    const world = await aWorld(t);
    const { vendor, sync, passTo } = world;
    assert.deepEqual(await sync(), COMPLETED);
    vendor.barAt = (index) => change(usual(index), index);
    passTo(3_050);
    assert.deepEqual(await sync(), COMPLETED);
    await assertStored(world, vendor.barAt, 3_050);
  });

test('what the vendor does not reach any more is refused, not mixed, until it is deleted', async (t) => {
  const world = await aWorld(t);
  const { vendor, bus, sync, passTo, refusal } = world;
  await sync();
  vendor.barAt = (index) => ({ price: cents(usual(index).price / 10), volume: usual(index).volume * 10 });
  vendor.reach = minute(1_000);
  for (const now of [3_010, 3_020, 3_030]) {
    passTo(now);
    assert.deepEqual(await sync(), ['failed', 'PRICE_BASIS_CHANGED']);
    await assertStored(world, usual, 3_000);
  }
  assert.equal(await refusal(), 'PRICE_BASIS_CHANGED');
  const [status] = await bus.ask(getSyncStatus({}));
  assert.match(status.error?.message ?? '', /prices x 0\.1.* before 2024-03-04T16:40/);
  await bus.execute(deleteBars({ ...CRYPTO, from: START, to: minute(1_000) }));
  const [, error] = await sync();
  assert.equal(error, undefined);
  await assertStored(world, vendor.barAt, 2_030);
  assert.equal(await refusal(), undefined);
});

test('a bar that the vendor leaves out on another basis is not left behind on the old one', async (t) => {
  const world = await aWorld(t);
  const { vendor, bus, sync, passTo, stored, refusal } = world;
  await sync();
  const halved = (index: number) => ({ price: usual(index).price / 2, volume: usual(index).volume });
  vendor.barAt = (index) => (index === 40 || index === 1_234 ? undefined : halved(index));
  passTo(3_010);
  assert.deepEqual(await sync(), ['failed', 'PRICE_BASIS_CHANGED']);
  await assertStored(world, usual, 3_000);
  await bus.execute(deleteBars({ ...CRYPTO, from: minute(40), to: minute(41) }));
  assert.deepEqual(await sync(), ['failed', 'PRICE_BASIS_CHANGED']);
  assert.equal((await stored()).stated, 'mixed', 'it was begun');
  assert.equal(await refusal(), 'PRICE_BASIS_CHANGED');
  await bus.execute(deleteBars({ ...CRYPTO, from: minute(1_234), to: minute(1_235) }));
  assert.deepEqual(await sync(), COMPLETED);
  await assertStored(world, vendor.barAt, 3_008);
});

test('a change of basis that was interrupted is finished, also where its first part is out of reach by then', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, order, passTo, scheduler, stored } = world;
  await sync();
  vendor.barAt = (index) => ({ price: usual(index).price / 4, volume: usual(index).volume * 4 });
  passTo(3_050);
  const interrupt = new AbortController();
  vendor.asked = 0;
  vendor.onAsked = () => {
    if (vendor.asked > 25) interrupt.abort();
  };
  assert.equal((await scheduler.run((await order()).id, interrupt.signal)).state, 'waiting');
  assert.equal((await stored()).stated, 'mixed');
  vendor.reach = minute(500);
  assert.deepEqual(await sync(), COMPLETED);
  await assertStored(world, vendor.barAt, 3_050);
});

test('an interrupted change is finished although the newest bars do not tell of it any more', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, order, passTo, scheduler } = world;
  await sync();
  vendor.barAt = (index) => ({ price: usual(index).price / 4, volume: usual(index).volume });
  passTo(3_050);
  const interrupt = new AbortController();
  vendor.asked = 0;
  vendor.onAsked = () => {
    if (vendor.asked > 25) interrupt.abort();
  };
  await scheduler.run((await order()).id, interrupt.signal);
  vendor.barAt = usual; // it goes back to what is still held of the newest
  assert.deepEqual(await sync(), COMPLETED);
  await assertStored(world, usual, 3_050);
});

test('a vendor that adjusts for splits is on another basis after one, where nothing can be compared', async (t) => {
  const world = await aWorld(t, 'split');
  const { vendor, sync, passTo, refusal } = world;
  await sync();
  vendor.barAt = (index) => ({ price: usual(index).price / 4, volume: usual(index).volume * 4 });
  vendor.splits = [{ kind: 'split', exDay: epochMsOfIso('2024-03-08'), numerator: 4, denominator: 1 }];
  vendor.reach = minute(6_000);
  passTo(9_000);
  assert.deepEqual(await sync(), ['failed', 'PRICE_BASIS_CHANGED']);
  assert.equal(await refusal(), 'PRICE_BASIS_CHANGED');
  await assertStored(world, usual, 3_000);
});

for (const [what, change] of [
  ['prices from pounds to pence', ({ price, volume }) => ({ price: price * 100, volume })],
  ['prices from pence to pounds', ({ price, volume }) => ({ price: price / 100, volume })],
  ['volume from shares to lots', ({ price, volume }) => ({ price, volume: Math.round(volume / 100) })],
] as readonly [string, (bar: MadeBar) => MadeBar][])
  test(`another unit from some day on is not stored, unless a person accepts it: ${what}`, async (t) => {
    const world = await aWorld(t);
    const { vendor, sync, passTo, refusal } = world;
    await sync();
    vendor.barAt = (index) => (index < 3_000 ? usual(index) : change(usual(index)));
    for (const now of [3_020, 3_040, 3_400]) {
      passTo(now);
      assert.deepEqual(await sync(), ['failed', 'UNIT_JUMP']);
      assert.equal(await refusal(), 'UNIT_JUMP');
      await assertStored(world, usual, 3_000);
    }
    assert.deepEqual(await sync({ acceptJump: true }), COMPLETED);
    passTo(3_420);
    assert.deepEqual(await sync(), COMPLETED, 'it was accepted once and for all');
    await assertStored(world, vendor.barAt, 3_420);
    assert.equal(await refusal(), undefined);
  });

test('one page in another unit is not stored, and a later sync gets it right', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, stored } = world;
  vendor.barAt = (index) => (vendor.asked === 17 ? { ...usual(index), price: usual(index).price * 100 } : usual(index));
  assert.deepEqual(await sync(), ['failed', 'UNIT_JUMP']);
  for (const [index, bar] of (await stored()).bars) assert.deepEqual(bar, usual(index));
  assert.deepEqual(await sync(), COMPLETED);
  await assertStored(world, usual, 3_000);
});

test('one page on another basis, wherever it comes, is right after some syncs', async (t) => {
  for (const liar of [1, 17, 30]) {
    const world = await aWorld(t);
    const { vendor, sync, passTo } = world;
    vendor.barAt = (index) =>
      vendor.asked === liar ? { ...usual(index), price: usual(index).price / 4 } : usual(index);
    for (const now of [3_000, 3_010, 3_020]) {
      passTo(now);
      assert.deepEqual(await sync(), COMPLETED);
    }
    await assertStored(world, usual, 3_020);
  }
});

test('one page that still is on the old basis while all is fetched anew is right in the end', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, passTo } = world;
  await sync();
  const after = (index: number): MadeBar => ({ price: usual(index).price / 4, volume: usual(index).volume * 4 });
  vendor.asked = 0;
  vendor.barAt = (index) => (vendor.asked === 19 ? usual(index) : after(index));
  for (const now of [3_010, 3_020, 3_030]) {
    passTo(now);
    assert.deepEqual(await sync(), COMPLETED);
  }
  await assertStored(world, after, 3_030);
});

test('newest bars that come back in another unit than the rest of their day are refused', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, passTo } = world;
  await sync();
  vendor.barAt = (index) => (index < 2_990 ? usual(index) : { ...usual(index), price: usual(index).price * 100 });
  passTo(3_001);
  assert.deepEqual(await sync(), ['failed', 'UNIT_JUMP']);
  await assertStored(world, usual, 3_000);
});

test('crashes, splits and single bad prints of raw prices are stored as they come', async (t) => {
  const world = await aWorld(t);
  const { vendor, sync, passTo } = world;
  vendor.barAt = (index) => {
    const { price, volume } = usual(index);
    if (index === 700 || index === 2_999) return { price: price * 30, volume };
    if (index === 900) return { price: price * 100, volume };
    return { price: index < 1_500 ? price : price / 20, volume: index === 3_005 ? volume * 100 : volume };
  };
  assert.deepEqual(await sync(), COMPLETED);
  passTo(3_050);
  assert.deepEqual(await sync(), COMPLETED);
  await assertStored(world, vendor.barAt, 3_050);
});

test('the currency that the vendor names is kept, shown, and refused where it changes', async (t) => {
  const world = await aWorld(t);
  const { vendor, bus, sync, passTo, refusal } = world;
  vendor.currency = 'GBP';
  await sync();
  const shown = await bus.ask(getCoverage({ ...CRYPTO, from: START, to: minute(1) }));
  assert.deepEqual([shown.currency, shown.refusal], ['GBP', undefined]);
  vendor.currency = 'GBX';
  vendor.barAt = (index) => ({ ...usual(index), price: usual(index).price * 100 });
  for (const now of [3_010, 3_020]) {
    passTo(now);
    assert.deepEqual(await sync(), ['failed', 'OTHER_CURRENCY']);
    assert.equal(await refusal(), 'OTHER_CURRENCY');
    await assertStored(world, usual, 3_000);
  }
  await bus.execute(deleteBars({ ...CRYPTO, from: START, to: minute(3_000) }));
  await sync();
  assert.equal(await refusal(), undefined);
  assert.equal((await bus.ask(getCoverage({ ...CRYPTO, from: START, to: minute(1) }))).currency, 'GBX');
});

test('a vendor that names another currency than the instrument is declared to have is refused', async (t) => {
  const { vendor, bus, sync, stored } = await aWorld(t);
  await bus.execute(registerSymbol({ instrumentId: CRYPTO.instrumentId, currency: 'GBP' }));
  vendor.currency = 'GBX';
  assert.deepEqual(await sync(), ['failed', 'OTHER_CURRENCY']);
  assert.equal((await stored()).bars.size, 0);
  await bus.execute(registerSymbol({ instrumentId: CRYPTO.instrumentId, currency: 'GBX' }));
  assert.deepEqual(await sync(), COMPLETED);
});
