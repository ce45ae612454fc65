import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldBars, ID, LiveVendor, type LiveVendorOptions } from '../../../../test/support/live-vendor.ts';
import { aLiveWorld, NOBODY, OTHER } from '../../../../test/support/live-world.ts';
import { until } from '../../../../test/support/until.ts';
import { KNOWN_SCHEDULES, type SessionSchedule } from '../../../market/index.ts';
import { ProviderError } from '../../../platform/errors/index.ts';
import { subscriptionId } from '../collections.ts';
import { Feed } from './feed.ts';

const _id = subscriptionId('vendor', ID);

interface Told extends LiveVendorOptions {
  readonly startsAt?: number;
  readonly schedule?: SessionSchedule | undefined;
}

async function aFeed(t: TestContext, { startsAt, schedule, ...options }: Told = {}) {
  const vendor = new LiveVendor(options);
  const world = await aLiveWorld(t, [vendor], startsAt);
  const { provider } = vendor;
  const feed = new Feed({
    provider,
    live: provider.live,
    collections: world.collections,
    port: heldBars([vendor], { schedule }),
    audience: NOBODY,
    clock: world.clock,
    elapsed: world.elapsed,
    onError: (error) => world.errors.push(error),
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= feed.close());
  world.atEnd(close);
  const follow = async (): Promise<void> => feed.follow(await world.collections.subscriptions.find({}).toArray());
  const subscribed = async (...intervals: Parameters<typeof world.subscribe>[1] & {}): Promise<void> => {
    await world.subscribe('vendor', intervals);
    await follow();
    await until(() => vendor.connections.at(-1)?.subscribed.size === 1, 'a subscription');
  };
  const flushed = () => world.collections.currentBars.findOne({ _id });
  const subscription = () => world.collections.subscriptions.findOne({ _id });
  return { vendor, world, feed, close, follow, subscribed, flushed, subscription };
}

async function untilSaid(isSo: () => Promise<boolean>, what: string): Promise<void> {
  for (const end = performance.now() + 3_000; !(await isSo());) {
    assert.ok(performance.now() < end, what);
    await sleep(10);
  }
}

test('open bars are flushed within a second, and once closed they are not open any more', async (t) => {
  const { vendor, world, subscribed, flushed } = await aFeed(t);
  await subscribed('1s');
  vendor.connection.listener.onTrade(vendor.traded(world.clock(), 100));
  await untilSaid(async () => (await flushed())?.bars.length === 1, 'it is flushed');
  world.forwardMs += 10_000;
  await untilSaid(async () => (await flushed())?.bars.length === 0, 'it is closed, though nobody traded');
});

for (const setBy of [-3_600_000, 86_400_000])
  test(`a clock that is set by ${setBy / 1_000} s makes no quote newer than now, and bars close as before`, async (t) => {
    const { vendor, world, feed, subscribed, flushed } = await aFeed(t);
    await subscribed('1s');
    const instrument = feed.instrument(ID) ?? assert.fail();
    const trade = (price: number): void =>
      vendor.connection.listener.onTrade(vendor.traded(Math.floor(world.clock()), price));
    await until(() => instrument.isLive, 'it has begun', 5_000);
    trade(100);
    assert.equal(instrument.quote?.last, 100);
    world.setBy = setBy;
    const ages = [instrument.quote.receivedAt, instrument.heardAt, feed.report.heardAt, feed.report.since].map(
      (moment = NaN) => world.clock() - moment,
    );
    assert.ok(
      ages.every((age) => age > -50 && age < 10_000),
      String(ages),
    );
    await until(() => !instrument.isLive, 'it begins anew');
    trade(101);
    assert.equal(instrument.quote.last, 101, 'whatever time it tells');
    await until(() => instrument.isLive, 'it goes on', 5_000);
    trade(102);
    await untilSaid(async () => (await flushed())?.bars.some(({ close }) => close === 102) ?? false, 'it runs');
    world.forwardMs += 10_000;
    await untilSaid(async () => (await flushed())?.bars.length === 0, 'it is closed');
    assert.deepEqual(world.errors, []);
  });

test('closing stores what runs', async (t) => {
  const { vendor, world, subscribed, flushed, close } = await aFeed(t);
  await subscribed('1m');
  vendor.connection.listener.onTrade(vendor.traded(world.clock(), 100));
  vendor.connection.listener.onQuote({ instrumentId: ID, bid: 99 });
  await close();
  const { bars, quote } = (await flushed()) ?? {};
  assert.deepEqual([bars?.map(({ close: last }) => last), quote?.bid, quote?.last], [[100], 99, 100]);
  assert.equal(vendor.connection.isClosed, true);
});

test('closing without the database leaves no connection behind', async (t) => {
  const { vendor, world, subscribed, close } = await aFeed(t);
  await subscribed('1m');
  t.mock.method(world.collections.currentBars, 'bulkWrite', () => Promise.reject(new Error('away')));
  await close();
  assert.deepEqual([vendor.connection.isClosed, world.errors], [true, [new Error('away')]]);
});

test('what the vendor refuses is told to the subscriber until it is given, and asked again on request', async (t) => {
  const { vendor, world, follow, subscription } = await aFeed(t);
  vendor.unknown.add(ID);
  await world.subscribe('vendor');
  await follow();
  await untilSaid(async () => (await subscription())?.refused !== undefined, 'it is refused');
  assert.equal((await subscription())?.refused?.code, 'PROVIDER_SYMBOL_UNKNOWN');
  await follow();
  assert.equal(vendor.connection.asked.length, 1);
  await world.subscribe('vendor');
  await follow();
  assert.equal(vendor.connection.asked.length, 2, 'the user asked again');
  await untilSaid(async () => (await subscription())?.refused !== undefined, 'it is refused again');
  vendor.unknown.delete(ID);
  vendor.connection.end({ kind: 'clean', error: undefined });
  await until(() => vendor.connections.length === 2, 'a new connection');
  await untilSaid(async () => (await subscription())?.refused === undefined, 'the vendor gives it now');
});

test('a close is told as what it was, and everything is subscribed again', async (t) => {
  const { vendor, feed, subscribed } = await aFeed(t);
  await subscribed('1s', '1m');
  assert.equal(feed.report.state, 'live');
  vendor.connection.end({ kind: 'clean', error: undefined });
  await until(() => feed.report.state === 'disconnected', 'it is over');
  assert.deepEqual([feed.report.error, feed.instrument(ID)?.isLive], [undefined, false]);
  const began = performance.now();
  await until(() => vendor.connections.length === 2, 'a new connection');
  assert.ok(performance.now() - began >= 900, 'not at once');
  assert.deepEqual([...vendor.connection.subscribed], [ID]);
  vendor.connection.end({ kind: 'lost', error: new ProviderError('PROVIDER_UNAVAILABLE', 'Cut off') });
  await until(() => feed.report.error?.code === 'PROVIDER_UNAVAILABLE', 'why');
});

test('what is not subscribed to any more is forgotten', async (t) => {
  const { vendor, world, follow, subscribed, flushed } = await aFeed(t);
  await subscribed('1s', '1m');
  await world.subscribe('vendor', ['1m'], OTHER);
  vendor.connection.listener.onTrade(vendor.traded(world.clock(), 100));
  await untilSaid(async () => (await flushed()) !== null, 'it is flushed');
  await world.collections.subscriptions.deleteOne({ _id });
  await follow();
  assert.deepEqual([await flushed(), [...vendor.connection.subscribed]], [null, [OTHER]]);
});

test('silence ends a connection while a market is open, and says why', async (t) => {
  const { vendor, feed, subscribed } = await aFeed(t, { silenceMs: 300 });
  await subscribed('1m');
  for (let i = 0; i < 8; i++) {
    vendor.connection.listener.onHeard();
    await sleep(50);
  }
  assert.equal(vendor.connection.isClosed, false);
  await until(() => vendor.connection.isClosed, 'silence is noticed', 1_000);
  await until(() => feed.report.error?.code === 'PROVIDER_TIMEOUT', 'why');
});

test('of a market that never closes heartbeats alone are no life: the connection is opened anew', async (t) => {
  const schedule = KNOWN_SCHEDULES.get('24x7');
  const { vendor, world, feed, subscribed } = await aFeed(t, { silenceMs: 400, quietMs: 300_000, schedule });
  await subscribed('1m');
  const beating = setInterval(() => vendor.connection.listener.onHeard(), 20);
  t.after(() => clearInterval(beating));
  world.forwardMs += 299_000;
  vendor.connection.listener.onQuote({ instrumentId: ID, bid: 99 });
  world.forwardMs += 299_000;
  vendor.connection.listener.onHeard();
  await sleep(250);
  assert.equal(vendor.connections.length, 1, 'there was a quote');
  world.forwardMs += 2_000;
  await until(() => feed.report.error?.code === 'PROVIDER_TIMEOUT', 'why');
  assert.match(feed.report.error?.message ?? '', /Only heartbeats/);
  await until(() => vendor.connections.length === 2, 'a new connection');
});

test('of a market with hours heartbeats are enough', async (t) => {
  const schedule = KNOWN_SCHEDULES.get('NASDAQ');
  const { vendor, world, subscribed } = await aFeed(t, { silenceMs: 400, quietMs: 300_000, schedule });
  await subscribed('1m');
  const beating = setInterval(() => vendor.connection.listener.onHeard(), 20);
  t.after(() => clearInterval(beating));
  world.forwardMs += 600_000;
  vendor.connection.listener.onHeard();
  await sleep(250);
  assert.equal(vendor.connections.length, 1);
});

test('the silence of a night is none: it counts from the opening', async (t) => {
  const schedule = KNOWN_SCHEDULES.get('NASDAQ');
  const opening = Date.UTC(2026, 0, 5, 14, 30);
  const { vendor, world, subscribed } = await aFeed(t, { silenceMs: 600, schedule, startsAt: opening - 3_600_000 });
  await subscribed('1m');
  await sleep(900);
  assert.equal(vendor.connection.isClosed, false, 'the market is closed');
  world.forwardMs += opening + 50 - world.clock();
  await sleep(350);
  assert.equal(vendor.connection.isClosed, false, 'it has just opened');
  await until(() => vendor.connection.isClosed, 'it is silent since', 1_000);
});

test('closing while it connects leaves no connection behind', async (t) => {
  const vendor = new LiveVendor();
  const { provider } = vendor;
  const world = await aLiveWorld(t, [vendor]);
  const slow = Promise.withResolvers<void>();
  const live = {
    ...provider.live,
    connect: async (...args: Parameters<typeof provider.live.connect>) => {
      await slow.promise;
      return provider.live.connect(...args);
    },
  };
  const { collections, clock, elapsed } = world;
  const port = heldBars([vendor]);
  const onError = (error: unknown): void => assert.fail(String(error));
  const feed = new Feed({ provider, live, collections, port, audience: NOBODY, clock, elapsed, onError });
  const closing = feed.close();
  await sleep(20);
  slow.resolve();
  await closing;
  assert.equal(vendor.connection.isClosed, true);
});
