import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { aLiveBus } from '../../../../test/support/live-bus.ts';
import { heldBars, ID, LiveVendor } from '../../../../test/support/live-vendor.ts';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { instrumentId, KNOWN_SCHEDULES, type BarInterval, type SessionSchedule } from '../../../market/index.ts';
import { LEASE_MS } from '../feeds/feed-lease.ts';
import { getAllQuotes, getCurrentBar, getFeeds, getLatestQuote, subscribe } from '../index.ts';

/** A Monday, while New York trades. */
const NOON = Date.UTC(2026, 0, 5, 17);
const MINUTE = 60_000;

async function aWorld(t: TestContext, schedule?: SessionSchedule) {
  const vendor = new LiveVendor();
  const world = { now: NOON };
  const port = heldBars([vendor], { schedule });
  const { bus, collections } = await aLiveBus(t, await openTestDatabase(t), port, () => world.now);
  const { currentBars, feeds } = collections;
  /** As another process has flushed it. */
  async function flushed(
    provider: string,
    bars: readonly (readonly [BarInterval, number, number])[],
    last?: number,
    vendorAt = world.now,
  ) {
    const rows = bars.map(([interval, openTime, price]) => {
      return { interval, openTime, open: price, high: price, low: price, close: price, isPartial: false };
    });
    const quote = { instrumentId: ID, ...(last === undefined ? { bid: 1, ask: 2 } : { last }), receivedAt: world.now };
    const _id = `${provider}:${ID}`;
    await currentBars.updateOne(
      { _id },
      { $set: { provider, instrumentId: ID, at: world.now, vendorAt, bars: rows, quote } },
      { upsert: true },
    );
  }
  const current = async (interval: BarInterval) => (await bus.ask(getCurrentBar({ instrumentId: ID, interval }))).close;
  return { world, bus, feeds, flushed, current };
}

test('the current bar is the newest that runs, of whatever feed', async (t) => {
  const { flushed, current } = await aWorld(t);
  await flushed('vendor', [
    ['1m', NOON - MINUTE, 1],
    ['1m', NOON, 2],
    ['1h', NOON, 3],
  ]);
  await flushed('other', [['1m', NOON - MINUTE, 4]]);
  assert.deepEqual([await current('1m'), await current('1h')], [2, 3]);
  await assert.rejects(current('5m'), { code: 'CURRENT_BAR_NOT_FOUND' });
});

test('a bar that a silent feed left behind does not run any more', async (t) => {
  const { world, flushed, current } = await aWorld(t);
  await flushed('vendor', [
    ['1m', NOON, 2],
    ['1d', Date.UTC(2026, 0, 5), 3],
  ]);
  world.now = NOON + MINUTE + 1_000; // it waits for late trades
  assert.equal(await current('1m'), 2);
  world.now = NOON + 10 * MINUTE;
  await assert.rejects(current('1m'), { code: 'CURRENT_BAR_NOT_FOUND' });
  assert.equal(await current('1d'), 3);
  world.now = NOON + 24 * 60 * MINUTE;
  await assert.rejects(current('1d'), { code: 'CURRENT_BAR_NOT_FOUND' });
});

test("on a machine whose clock is ahead, what runs is what runs by the vendor's", async (t) => {
  const { world, flushed, current } = await aWorld(t);
  world.now = NOON + 100_000;
  await flushed(
    'vendor',
    [
      ['1m', NOON - MINUTE, 1],
      ['1m', NOON, 2],
    ],
    undefined,
    NOON + 10_000,
  );
  assert.equal(await current('1m'), 2);
  world.now += 80_000;
  await assert.rejects(current('1m'), { code: 'CURRENT_BAR_NOT_FOUND' }, 'silent since, and over there too');
});

test('quotes are the newest of each feed, also those of which nobody traded', async (t) => {
  const { world, bus, flushed } = await aWorld(t);
  await assert.rejects(bus.ask(getLatestQuote({ instrumentId: ID })), { code: 'QUOTE_NOT_FOUND' });
  await flushed('vendor', []);
  const { bid, ask, last, provider } = await bus.ask(getLatestQuote({ instrumentId: ID }));
  assert.deepEqual([bid, ask, last, provider], [1, 2, undefined, 'vendor']);
  world.now += 1;
  await flushed('other', [], 7);
  assert.equal((await bus.ask(getLatestQuote({ instrumentId: ID }))).last, 7);
  const all = await bus.ask(getAllQuotes({}));
  assert.deepEqual(
    all.map((quote) => quote.provider),
    ['other', 'vendor'],
  );
});

test('a feed is what its holder says, waits when nobody holds it, and is stopped when nobody wants it', async (t) => {
  const { world, bus, feeds } = await aWorld(t);
  const stateOf = async () => (await bus.ask(getFeeds({})))[0].state;
  await feeds.insertOne({ _id: 'vendor', isWanted: true, rev: 1 });
  assert.equal(await stateOf(), 'waiting');
  await feeds.updateOne(
    { _id: 'vendor' },
    { $set: { holder: 'x', leaseUntil: NOON + LEASE_MS, state: 'disconnected' } },
  );
  assert.equal(await stateOf(), 'disconnected');
  world.now += LEASE_MS + 1;
  assert.equal(await stateOf(), 'waiting');
  await feeds.updateOne({ _id: 'vendor' }, { $set: { leaseUntil: world.now + 86_400_000 } });
  assert.equal(await stateOf(), 'waiting', 'written by a clock a day ahead');
  await feeds.updateOne({ _id: 'vendor' }, { $set: { isWanted: false } });
  assert.equal(await stateOf(), 'stopped');
});

test('an instrument is stale after a minute of silence while its market trades and its feed lives', async (t) => {
  for (const [schedule, at, isStale] of [
    [undefined, NOON, true],
    [KNOWN_SCHEDULES.get('NASDAQ'), NOON, true],
    [KNOWN_SCHEDULES.get('NASDAQ'), Date.UTC(2026, 0, 5, 3), false],
  ] as const) {
    const { world, bus, feeds, flushed } = await aWorld(t, schedule);
    world.now = at;
    await bus.execute(subscribe({ instrumentId: instrumentId(ID), intervals: ['1m'] }));
    const stale = async () => (await bus.ask(getFeeds({})))[0].instruments[0].isStale;
    await flushed('vendor', []);
    const live = { isWanted: true, holder: 'x', state: 'live', since: at, leaseUntil: at + 62_000 } as const;
    await feeds.updateOne({ _id: 'vendor' }, { $set: live });
    world.now = at + 60_000;
    assert.equal(await stale(), false);
    world.now = at + 60_001;
    assert.equal(await stale(), isStale, `at ${at}`);
    await feeds.updateOne({ _id: 'vendor' }, { $set: { since: at - 60_000 } });
    world.now += 86_400_000;
    await flushed('vendor', []);
    world.now -= 86_400_000;
    assert.equal(await stale(), isStale, 'a quote that came a day from now tells nothing');
    await feeds.updateOne({ _id: 'vendor' }, { $set: { state: 'disconnected' } });
    assert.equal(await stale(), false, 'the feed says it already');
  }
});
