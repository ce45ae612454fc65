import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { openLiveCollections } from '../collections.ts';
import { LeaseWatch } from '../../../platform/lease/index.ts';
import { holdFeed, LEASE_MS, leaveFeed, touchFeed, type FeedHolder } from './feed-lease.ts';

const FIRST = { state: 'live', heardAt: 3 } as const;

/** Processes that look at a feed at moments of a monotonic clock; their machines' clocks are set as `setBy` says. */
async function aFeed(t: TestContext) {
  const { feeds } = await openLiveCollections(await openTestDatabase(t));
  await touchFeed(feeds, 'vendor', true);
  const time = { now: 0, setBy: 0 };
  const holders = new Map<string, FeedHolder>();
  const aHolder = (holder: string): FeedHolder => ({
    holder,
    watch: new LeaseWatch(LEASE_MS, () => time.now),
    clock: () => time.now + time.setBy,
  });
  function hold(name: string, now: number, report = {}, provider = 'vendor') {
    time.now = now;
    const holder = holders.get(name) ?? aHolder(name);
    holders.set(name, holder);
    return holdFeed(feeds, provider, holder, report);
  }
  return { feeds, hold, time };
}

test('one process holds a feed as long as it says so, and tells how the feed fares', async (t) => {
  const { hold, feeds } = await aFeed(t);
  assert.equal((await hold('first', 0))?.leaseUntil, LEASE_MS);
  assert.equal(await hold('second', LEASE_MS), undefined);
  assert.equal((await hold('first', LEASE_MS, FIRST))?.leaseUntil, 2 * LEASE_MS);
  assert.equal(await hold('second', 2 * LEASE_MS + 1), undefined);
  const { state, heardAt, holder } = (await feeds.findOne({ _id: 'vendor' })) ?? {};
  assert.deepEqual({ state, heardAt, holder }, { ...FIRST, holder: 'first' });
});

for (const setBy of [0, 86_400_000, -3_600_000])
  test(`a feed whose holder fell silent goes to another in time, and does not come back, clock set by ${setBy} ms`, async (t) => {
    const { hold, time } = await aFeed(t);
    await hold('first', 0);
    time.setBy = setBy;
    assert.equal(await hold('second', 10), undefined);
    assert.equal(await hold('second', LEASE_MS + 10), undefined);
    assert.equal((await hold('second', LEASE_MS + 11))?.holder, 'second');
    assert.equal(await hold('first', LEASE_MS + 12), undefined);
  });

test('a feed that an earlier release held, by a clock that was ahead, is taken as well', async (t) => {
  const { hold, feeds } = await aFeed(t);
  await feeds.updateOne({ _id: 'vendor' }, { $set: { holder: 'old', leaseUntil: 86_400_000, state: 'live' } });
  assert.equal(await hold('first', 0), undefined);
  assert.equal((await hold('first', LEASE_MS + 1))?.holder, 'first');
});

test('of many that want a free feed at once exactly one has it', async (t) => {
  const { hold } = await aFeed(t);
  const takers = Array.from({ length: 20 }, (_, i) => `taker${i}`);
  const take = async (now: number) => {
    const held = await Promise.all(takers.map((taker) => hold(taker, now)));
    return takers.filter((_, i) => held[i] !== undefined);
  };
  const [first, ...others] = await take(0);
  assert.deepEqual(others, []);
  takers.splice(takers.indexOf(first), 1);
  assert.deepEqual(await take(1), []);
  assert.equal((await take(LEASE_MS + 2)).length, 1);
});

test('one that is left is free at once, and only its holder leaves it', async (t) => {
  const { hold, feeds } = await aFeed(t);
  await hold('first', 0, FIRST);
  await leaveFeed(feeds, 'vendor', 'second');
  assert.equal(await hold('second', 1), undefined);
  await leaveFeed(feeds, 'vendor', 'first');
  const left = await feeds.findOne({ _id: 'vendor' });
  assert.deepEqual([left?.holder, left?.state, left?.isWanted], [undefined, undefined, true]);
  assert.equal((await hold('second', 1))?.holder, 'second');
});

test('a feed that is not wanted, or not known, is nobody’s', async (t) => {
  const { hold, feeds } = await aFeed(t);
  await hold('first', 0);
  await touchFeed(feeds, 'vendor', false);
  assert.equal(await hold('first', 1), undefined);
  assert.equal(await hold('first', 1, {}, 'other'), undefined);
});

test('every touch is counted, whoever else touches, and only one that says so changes what is wanted', async (t) => {
  const { feeds } = await aFeed(t);
  await Promise.all(Array.from({ length: 50 }, () => touchFeed(feeds, 'vendor')));
  await Promise.all(Array.from({ length: 50 }, () => touchFeed(feeds, 'new')));
  const [vendor, fresh] = await Promise.all(['vendor', 'new'].map((_id) => feeds.findOne({ _id })));
  assert.deepEqual([vendor?.rev, vendor?.isWanted, fresh?.rev, fresh?.isWanted], [51, true, 50, false]);
});
