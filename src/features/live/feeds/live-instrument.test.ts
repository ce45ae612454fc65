import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { heldBars, ID, LiveVendor, type LiveVendorOptions } from '../../../../test/support/live-vendor.ts';
import { type BarInterval, type LiveBar } from '../../../market/index.ts';
import { vendorNow } from '../../../providers/contract/index.ts';
import { asPocketQuantError, type PocketQuantError } from '../../../platform/errors/index.ts';
import { LiveInstrument } from './live-instrument.ts';
import { WorkQueue } from './work-queue.ts';

const START = Date.UTC(2026, 0, 5, 12);
const at = (seconds: number): number => START + seconds * 1_000;

interface Told extends LiveVendorOptions {
  readonly fed?: readonly BarInterval[];
  readonly settledUntil?: number;
  readonly asking?: WorkQueue;
}

/** An instrument whose timers run as the test says; its time begins at `START`. */
function aWorld(t: TestContext, { fed: intervals = ['1s', '1m'], settledUntil, asking, ...options }: Told = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: START });
  const vendor = new LiveVendor(options);
  const port = heldBars([vendor]);
  const closed: LiveBar[] = [];
  const troubles: PocketQuantError[] = [];
  const settled: number[] = [];
  const { provider } = vendor;
  const instrument = new LiveInstrument(
    {
      instrumentId: ID,
      symbol: undefined,
      intervals,
      base: intervals.find((interval) => provider.intervals.includes(interval)),
      schedule: undefined,
      sessions: 'regular',
    },
    settledUntil,
    { provider, port, clock: () => Date.now(), elapsed: () => Date.now(), asking: asking ?? new WorkQueue(8) },
    {
      onBar: (_instrument, bar) => closed.push(bar),
      onSettled: (_instrument, until) => Promise.resolve(void settled.push(until)),
      onTrouble: (_instrument, error) => troubles.push(asPocketQuantError(error)),
    },
  );

  async function pass(seconds: number): Promise<void> {
    for (let left = seconds * 10; left > 0; left--) {
      t.mock.timers.tick(100);
      await setImmediate();
      instrument.advance(vendorNow(provider, Date.now()));
    }
  }
  /** Somebody trades now. */
  const trade = (price: number, size = 1): void => instrument.onTrade(vendor.traded(Date.now(), price, size));
  const bars = (interval: BarInterval) =>
    closed
      .filter((bar) => bar.interval === interval)
      .map(({ openTime, open, high, low, close, volume }) => [
        (openTime - START) / 1_000,
        open,
        high,
        low,
        close,
        volume,
      ]);
  return { vendor, port, instrument, closed, troubles, settled, pass, trade, bars };
}

test('what comes while history is fetched is counted once: by history up to a boundary, live after it', async (t) => {
  const { instrument, vendor, pass, trade, bars, settled, closed } = aWorld(t);
  vendor.traded(at(-30), 90);
  void instrument.connected();
  await pass(0.5);
  trade(100);
  await pass(0.3);
  trade(101);
  await pass(0.4); // 1.2: past the boundary, history is not asked yet
  assert.equal(instrument.isLive, false);
  trade(102, 2);
  await pass(1);
  assert.equal(instrument.isLive, true);
  assert.deepEqual(settled, [at(1)]);
  await pass(3);
  assert.deepEqual(bars('1s'), [[1, 102, 102, 102, 102, 2]]);
  await pass(58);
  assert.deepEqual(bars('1m'), [[0, 100, 102, 100, 102, 4]]);
  assert.ok(closed.every(({ state, isPartial }) => state === 'provisional' && !isPartial));
});

test('a bar closes within its grace and a tenth of a second, without any further trade', async (t) => {
  const { instrument, pass, trade, bars } = aWorld(t, { fed: ['1s'] });
  void instrument.connected();
  await pass(3);
  trade(7);
  await pass(2.9);
  assert.deepEqual(bars('1s'), []);
  await pass(0.2);
  assert.deepEqual(bars('1s'), [[3, 7, 7, 7, 7, 1]]);
});

test('an outage is fetched before anything is closed again, and the bar that ran through it is whole', async (t) => {
  const { instrument, port, vendor, pass, trade, bars } = aWorld(t);
  void instrument.connected();
  await pass(5);
  trade(100);
  await pass(5);
  instrument.disconnected();
  vendor.traded(at(12), 200, 5); // nobody hears of it
  await pass(10);
  assert.deepEqual([instrument.isDue(Infinity), instrument.isLive], [false, false]);
  void instrument.connected();
  await pass(3);
  trade(50, 2);
  await pass(60);
  assert.deepEqual(bars('1m'), [[0, 100, 200, 50, 50, 8]]);
  assert.deepEqual(
    bars('1s').map(([second]) => second),
    [5, 23],
  );
  assert.deepEqual(
    port.rows('1s').map(([time]) => (time - START) / 1_000),
    [5, 12],
  );
});

test('history that is late is asked again, until it knows', async (t) => {
  const { instrument, vendor, pass, trade, bars, troubles } = aWorld(t, { settledUntil: at(-10) });
  vendor.knownUntil = at(0);
  void instrument.connected();
  await pass(0.5);
  trade(100);
  await pass(3);
  assert.equal(instrument.isLive, false);
  assert.equal(troubles[0].code, 'PROVIDER_ANSWER_INVALID');
  trade(101);
  vendor.knownUntil = Infinity;
  await pass(4);
  assert.equal(instrument.isLive, true);
  await pass(60);
  assert.deepEqual(bars('1m'), [[0, 100, 101, 100, 101, 2]]);
});

test('a history that cannot be had leaves a hole: no bar that lacks trades is stored', async (t) => {
  const { instrument, vendor, pass, trade, bars, settled } = aWorld(t, { settledUntil: at(-10) });
  vendor.fault = 'PROVIDER_UNAVAILABLE';
  void instrument.connected();
  await pass(0.5);
  trade(100);
  await pass(20);
  assert.deepEqual([instrument.isLive, settled, instrument.settledUntil], [true, [], at(-10)]);
  trade(101);
  assert.equal(instrument.openBar('1m')?.isPartial, true);
  await pass(45);
  trade(102);
  await pass(60);
  assert.deepEqual(bars('1m'), [[60, 102, 102, 102, 102, 1]]);
  assert.deepEqual(
    bars('1s').map(([second]) => second),
    [20, 65],
  );
  vendor.fault = undefined;
  await instrument.settle(Date.now(), 0);
  assert.deepEqual(settled, [at(64)]); // 125.5 less the finality delay, less a second for the vendor
});

test('a connection that is lost while history is fetched stores nothing of its trades twice', async (t) => {
  const { instrument, vendor, pass, trade, bars } = aWorld(t);
  const { promise, resolve } = Promise.withResolvers<void>();
  vendor.answers = promise;
  void instrument.connected();
  await pass(3);
  trade(100);
  instrument.disconnected();
  await pass(1);
  resolve();
  await pass(1);
  assert.equal(instrument.isLive, false);
  vendor.traded(Date.now(), 101);
  void instrument.connected();
  await pass(70);
  assert.deepEqual(bars('1m'), [[0, 100, 101, 100, 101, 2]]);
  assert.deepEqual(bars('1s'), []);
});

/** A vendor whose clock goes as told, and the instrument whose machine's clock is another one. */
async function besideOtherClock(t: TestContext, aheadMsAt: (seconds: number) => number) {
  let startedAt = NaN;
  const vendorTime = (): number => Date.now() + aheadMsAt((Date.now() - startedAt) / 1_000);
  const world = aWorld(t, { fed: ['1m', '5m'], time: vendorTime });
  startedAt = START;
  const { instrument, vendor, pass, closed } = world;
  vendor.traded(vendorTime() - 600_000, 90);
  /** When bars were told as closed, by the vendor's clock. */
  const toldAt = new Map<number, number>();
  let told = 0;
  void instrument.connected();
  async function trade(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      const moment = vendorTime();
      instrument.onTrade(vendor.traded(moment, 100 + (second % 37), 1 + (second % 3)));
      vendor.provider.vendorClock?.sent(moment);
      await pass(1);
      for (; told < closed.length; told++)
        if (closed[told].interval === '1m') toldAt.set(closed[told].openTime, vendorTime());
    }
  }
  /** What is stored is made of all trades of its minute. */
  function assertWhole(least: number): void {
    const minutes = closed.filter(({ interval }) => interval === '1m');
    const last = new Map(minutes.map((bar) => [bar.openTime, bar]));
    assert.ok(last.size >= least, `${last.size} minutes`);
    for (const { openTime, open, high, low, close, volume, trades, turnover } of last.values()) {
      const [whole] = vendor.history.klines({ interval: '1m', from: openTime, to: openTime, limit: 1, now: Infinity });
      assert.deepEqual({ openTime, open, high, low, close, volume, trades, turnover }, whole);
    }
  }
  return { ...world, vendorTime, trade, toldAt, assertWhole };
}

for (const aheadMs of [-90_400, 90_700, -3_600_000])
  test(`a vendor's clock that is ${aheadMs / 1_000} s ahead of ours decides what is closed, and what runs`, async (t) => {
    const { instrument, trade, toldAt, assertWhole, closed, vendorTime } = await besideOtherClock(t, () => aheadMs);
    await trade(310);
    assertWhole(3);
    assert.ok(closed.every(({ isPartial }) => !isPartial));
    for (const [openTime, at] of toldAt) {
      const lateMs = at - openTime - 60_000;
      assert.ok(lateMs >= 2_000 && lateMs <= 5_000, `closed ${lateMs} ms after its end`);
    }
    const running = instrument.openBar('1m');
    assert.ok(running !== undefined && running.openTime <= vendorTime() && running.openTime > vendorTime() - 60_000);
    await instrument.settle(vendorTime(), 0);
    const settledUntil = instrument.settledUntil ?? assert.fail();
    assert.ok(settledUntil <= vendorTime() - 60_000, 'nothing is final before the vendor is done with it');
    assert.ok(settledUntil > vendorTime() - 180_000);
  });

test("a vendor's clock that drifts is followed, and no bar lacks a trade", async (t) => {
  const { trade, assertWhole, toldAt } = await besideOtherClock(t, (seconds) => -seconds * 150);
  await trade(900);
  assertWhole(9);
  for (const [openTime, at] of toldAt) assert.ok(at >= openTime + 60_000, 'none closes before it is over');
});

test('history is only asked with a boundary of the clock that its answer tells', async (t) => {
  const { instrument, vendor, pass, settled } = aWorld(t, { settledUntil: at(-600), time: () => Date.now() - 90_000 });
  void instrument.connected();
  await pass(10);
  assert.equal(instrument.isLive, true);
  assert.ok(
    settled.every((time) => time <= Date.now() - 150_000),
    'final by its clock',
  );
  instrument.onTrade(vendor.traded(Date.now() - 90_000, 100));
  assert.equal(instrument.openBar('1s')?.close, 100);
});

test('a vendor whose clock is ahead begins at a boundary of its own', async (t) => {
  const { instrument, vendor, pass, bars } = aWorld(t);
  vendor.history.add({ tradeId: 999, eventTime: at(4.5), price: 100, size: 1 });
  instrument.onTrade({ instrumentId: ID, tradeId: 999, eventTime: at(4.5), price: 100, size: 1, side: 'buy' });
  void instrument.connected();
  await pass(5.5);
  assert.equal(instrument.isLive, false, 'its second four is not over before');
  await pass(62);
  assert.deepEqual(bars('1m'), [[0, 100, 100, 100, 100, 1]]);
  assert.deepEqual(bars('1s'), []);
});

test('more than can be kept while history is fetched begins anew, with nothing lost', async (t) => {
  const { instrument, vendor, pass, bars } = aWorld(t, { fed: ['1m'], settledUntil: START });
  const { promise, resolve } = Promise.withResolvers<void>();
  void instrument.connected();
  vendor.answers = promise;
  await pass(61.5);
  const template = vendor.traded(Date.now(), 100, 0);
  for (let i = 0; i < 200_001; i++) instrument.onTrade({ ...template, tradeId: 10 + i, size: 0 });
  resolve();
  await pass(1);
  assert.equal(instrument.isLive, false);
  await pass(62);
  assert.equal(instrument.isLive, true);
  instrument.onTrade(vendor.traded(Date.now(), 101, 3));
  await pass(62);
  assert.deepEqual(bars('1m'), [[120, 101, 101, 101, 101, 3]]);
});

test('quotes that waited for history make the bars that they would have made at once', async (t) => {
  const { instrument, vendor, pass, bars } = aWorld(t, { kind: 'quotes' });
  let dayVolume = 1_000;
  const quote = (last: number, size: number): void => {
    dayVolume += size;
    vendor.traded(Date.now(), last, size);
    instrument.onQuote({ instrumentId: ID, eventTime: Date.now(), last, dayVolume });
  };
  void instrument.connected();
  await pass(0.2);
  quote(100, 1);
  await pass(0.9); // 1.1
  quote(101, 2);
  await pass(0.4); // 1.5
  quote(102, 4);
  await pass(2);
  assert.equal(instrument.isLive, true);
  quote(103, 8);
  await pass(5);
  assert.deepEqual(bars('1s'), [
    [1, 101, 102, 101, 102, 6],
    [3, 103, 103, 103, 103, 8],
  ]);
});

test('bid and ask are kept without any trade, and a part that is not told stays', (t) => {
  const { instrument } = aWorld(t);
  instrument.onQuote({ instrumentId: ID, bid: 1, ask: 3 });
  instrument.onQuote({ instrumentId: ID, bid: 2 });
  const { bid, ask, receivedAt } = instrument.quote ?? {};
  assert.deepEqual([bid, ask, receivedAt, instrument.openBars()], [2, 3, START, []]);
});

test('what was corrected is asked again from the beginning of its bar', async (t) => {
  const { instrument, vendor, pass, settled } = aWorld(t, { fed: ['1m', '5m'], settledUntil: START });
  vendor.traded(at(30), 100);
  void instrument.connected();
  await pass(62);
  assert.deepEqual(settled, [at(0)], 'what may still change is not settled');
  await pass(130);
  await instrument.settle(Date.now(), 0);
  assert.equal(instrument.settledUntil, at(120));
  instrument.unsettle({ from: at(150), to: at(151) });
  assert.equal(instrument.settledUntil, at(120), 'what is not settled yet is not touched');
  instrument.unsettle({ from: at(73), to: at(74) });
  assert.equal(instrument.settledUntil, at(60));
  vendor.asked.length = 0;
  await pass(60);
  await instrument.settle(Date.now(), 0);
  assert.deepEqual(vendor.asked[0], { interval: '1m', from: at(60), to: at(180) });
});

test('a subscription of long intervals only is live within a minute', async (t) => {
  const { instrument, vendor, pass, trade, bars } = aWorld(t, { fed: ['1h', '1d'] });
  vendor.traded(at(-7_200), 90, 3);
  await pass(600);
  vendor.traded(at(300), 95, 3);
  void instrument.connected();
  await pass(62);
  assert.equal(instrument.isLive, true);
  trade(100);
  const [hour, day] = instrument.openBars();
  assert.deepEqual([hour.open, hour.volume, hour.isPartial], [95, 4, false]);
  assert.deepEqual([day.open, day.volume, day.isPartial], [90, 7, false]);
  await pass(3_600);
  assert.deepEqual(bars('1h'), [[0, 95, 100, 95, 100, 4]]);
});

test('instruments that wait for their boundary do not keep others waiting', async (t) => {
  const asking = new WorkQueue(1);
  const first = aWorld(t, { fed: ['1m'], asking });
  const { provider } = first.vendor;
  const tools = { provider, port: first.port, clock: () => Date.now(), elapsed: () => Date.now(), asking };
  const listener = { onBar: () => undefined, onSettled: () => Promise.resolve(), onTrouble: () => undefined };
  const others = Array.from({ length: 20 }, () => new LiveInstrument(first.instrument.fed, undefined, tools, listener));
  const all = [first.instrument, ...others];
  for (const one of all) void one.connected();
  await first.pass(62);
  assert.ok(all.every(({ isLive }) => isLive));
});

test('nothing is left to wait for once it is disconnected', async (t) => {
  const { instrument, pass } = aWorld(t, { fed: ['1m'] });
  const connecting = instrument.connected();
  await pass(1);
  instrument.disconnected();
  let isOver = false;
  void connecting.then(() => (isOver = true));
  await pass(0.1);
  assert.equal(isOver, true);
});

test('while two askings of history overlap, no more is noted as settled than is', async (t) => {
  const { instrument, vendor, pass, settled } = aWorld(t, { fed: ['1s'], settledUntil: START });
  void instrument.connected();
  await pass(70);
  settled.length = 0;
  const slow = Promise.withResolvers<void>();
  vendor.answers = slow.promise;
  const settling = instrument.settle(Date.now(), 0);
  instrument.disconnected();
  void instrument.connected();
  const never = Promise.withResolvers<void>();
  await pass(3);
  vendor.answers = never.promise;
  slow.resolve();
  await settling;
  await pass(1);
  assert.deepEqual(settled, [at(9)]);
  never.resolve();
  await pass(1);
});

test('what a connection asked of history is cancelled when it drops, which is no trouble', async (t) => {
  const { instrument, port, pass, troubles } = aWorld(t, { settledUntil: at(-60) });
  const asked: AbortSignal[] = [];
  Object.assign(port, {
    fetchRange: (_order: unknown, signal: AbortSignal) => {
      asked.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    },
  });
  const connecting = instrument.connected();
  await pass(3);
  assert.deepEqual(
    asked.map(({ aborted }) => aborted),
    [false],
  );
  instrument.disconnected();
  await connecting;
  assert.deepEqual([asked[0].aborted, troubles, instrument.settledUntil], [true, [], at(-60)]);
});
