import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { openLiveCollections } from '../collections.ts';
import { holdFeed, LEASE_MS, leaveFeed, touchFeed } from './feed-lease.ts';

const FIRST = { state: 'live', heardAt: 3 } as const;

async function aFeed(t: TestContext) {
  const { feeds } = await openLiveCollections(await openTestDatabase(t));
  await touchFeed(feeds, 'vendor', true);
  return { feeds, hold: (holder: string, now: number, report = {}) => holdFeed(feeds, 'vendor', holder, now, report) };
}

test('one process holds a feed as long as it says so, and tells how the feed fares', async (t) => {
  const { hold, feeds } = await aFeed(t);
  assert.equal((await hold('first', 0))?.leaseUntil, LEASE_MS);
  assert.equal(await hold('second', LEASE_MS), undefined);
  assert.equal((await hold('first', LEASE_MS, FIRST))?.leaseUntil, 2 * LEASE_MS);
  assert.equal(await hold('second', 2 * LEASE_MS), undefined);
  const { state, heardAt, holder } = (await feeds.findOne({ _id: 'vendor' })) ?? {};
  assert.deepEqual({ state, heardAt, holder }, { ...FIRST, holder: 'first' });
});

test('a feed whose holder fell silent goes to another, and does not come back', async (t) => {
  const { hold } = await aFeed(t);
  await hold('first', 0);
  assert.equal((await hold('second', LEASE_MS + 1))?.holder, 'second');
  assert.equal(await hold('first', LEASE_MS + 2), undefined);
});

test('of many that want a free feed at once exactly one has it', async (t) => {
  const { hold } = await aFeed(t);
  const takers = Array.from({ length: 20 }, (_, i) => `taker${i}`);
  for (const now of [0, LEASE_MS + 1]) {
    const held = await Promise.all(takers.map((taker) => hold(taker, now)));
    assert.equal(held.filter((one) => one !== undefined).length, 1);
  }
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
  assert.equal(await holdFeed(feeds, 'other', 'first', 1, {}), undefined);
});

test('every touch is counted, whoever else touches, and only one that says so changes what is wanted', async (t) => {
  const { feeds } = await aFeed(t);
  await Promise.all(Array.from({ length: 50 }, () => touchFeed(feeds, 'vendor')));
  await Promise.all(Array.from({ length: 50 }, () => touchFeed(feeds, 'new')));
  const [vendor, fresh] = await Promise.all(['vendor', 'new'].map((_id) => feeds.findOne({ _id })));
  assert.deepEqual([vendor?.rev, vendor?.isWanted, fresh?.rev, fresh?.isWanted], [51, true, 50, false]);
});
