import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { holdFeed, LEASE_MS, leaveFeed } from '../../src/features/live/feeds/feed-lease.ts';
import {
  getFeeds,
  getSubscriptions,
  startFeed,
  stopFeed,
  subscribe,
  unsubscribe,
} from '../../src/features/live/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { LeaseWatch } from '../../src/platform/lease/index.ts';
import { aLiveBus } from './live-bus.ts';
import { heldBars, ID, LiveVendor } from './live-vendor.ts';

const PROVIDER = 'vendor';
const _id = `${PROVIDER}:${ID}`;
const MOST = 10;
/** Not far from each other, so that they meet. */
const TOGETHER = 25;

/** The commands of the live slice, on a database engine. Nothing is left of its databases. */
export function testLiveCommands(engine: string, openDatabase: (t: TestContext) => Promise<Database>): void {
  const check = (what: string, body: (world: Awaited<ReturnType<typeof aWorld>>) => Promise<void>): void => {
    test(`${engine}: ${what}`, async (t) => body(await aWorld(t)));
  };

  async function aWorld(t: TestContext) {
    const vendor = new LiveVendor({ instrumentsPerConnection: MOST });
    const historic = new LiveVendor({ name: 'historic' });
    const { live: _live, ...provider } = historic.provider;
    const port = heldBars([vendor]);
    const all = new Map([...port.providers, ['historic', provider]]);
    const world = await aLiveBus(t, await openDatabase(t), { ...port, providers: all });
    const feed = () => world.collections.feeds.findOne({ _id: PROVIDER });
    const subscription = () => world.collections.subscriptions.findOne({ _id });
    return { ...world, feed, subscription };
  }

  check('commands are idempotent', async ({ bus, feed, subscription }) => {
    for (let i = 0; i < 2; i++) {
      await bus.execute(subscribe({ instrumentId: ID, intervals: ['5m', '1m'] }));
      await bus.execute(startFeed({ provider: PROVIDER }));
    }
    assert.deepEqual((await subscription())?.intervals, ['5m', '1m']);
    assert.equal((await feed())?.isWanted, true);
    const more = await bus.execute(subscribe({ instrumentId: ID, intervals: ['1h', '1m'], provider: PROVIDER }));
    assert.deepEqual([more.id, more.intervals], [_id, ['5m', '1m', '1h']]);
    for (let i = 0; i < 2; i++) {
      await bus.execute(unsubscribe({ id: _id }));
      await bus.execute(stopFeed({ provider: PROVIDER }));
      await bus.execute(stopFeed({ provider: 'unknown' }));
    }
    assert.deepEqual(await bus.ask(getSubscriptions({})), []);
    assert.deepEqual(await bus.ask(getFeeds({})), [
      { provider: PROVIDER, state: 'stopped', since: undefined, heardAt: undefined, error: undefined, instruments: [] },
    ]);
  });

  check('who names no intervals has the finest of the history, and what was named before stays', async ({ bus }) => {
    const other = `${ID}2`;
    assert.deepEqual((await bus.execute(subscribe({ instrumentId: other }))).intervals, ['1s']);
    await bus.execute(subscribe({ instrumentId: ID, intervals: ['5m'] }));
    assert.deepEqual((await bus.execute(subscribe({ instrumentId: ID }))).intervals, ['5m']);
  });

  check('a hundred calls at the same time all succeed, and leave one consistent state', async (world) => {
    const { bus, feed, subscription, errors } = world;
    const intervals = ['1s', '1m', '5m', '1h', '1d'] as const;
    await Promise.all(
      Array.from({ length: TOGETHER }, (_, i) => [
        bus.execute(subscribe({ instrumentId: ID, intervals: [intervals[i % 5]] })),
        bus.execute(startFeed({ provider: PROVIDER })),
        bus.execute(stopFeed({ provider: PROVIDER })),
        bus.execute(unsubscribe({ id: _id })),
      ]).flat<Promise<unknown>[][]>(),
    );
    const known = await subscription();
    const wanted = [...new Set(known?.intervals ?? [])];
    assert.deepEqual(known?.intervals ?? [], wanted, 'no interval twice');
    if (known !== null) assert.deepEqual([known.instrumentId, known.provider], [ID, PROVIDER]);
    const rev = (await feed())?.rev ?? 0;
    await Promise.all(intervals.map((interval) => bus.execute(subscribe({ instrumentId: ID, intervals: [interval] }))));
    assert.deepEqual([...((await subscription())?.intervals ?? [])].sort(), [...intervals].sort());
    assert.equal((await feed())?.rev, rev + 5, 'whoever holds it hears of each');
    assert.deepEqual(errors, []);
  });

  check('what cannot be had is refused, and leaves nothing behind', async ({ bus, collections }) => {
    for (const [command, code] of [
      [startFeed({ provider: 'nobody' }), 'UNKNOWN_PROVIDER'],
      [startFeed({ provider: 'historic' }), 'PROVIDER_HAS_NO_FEED'],
      [subscribe({ instrumentId: ID, intervals: ['1m'], provider: 'historic' }), 'PROVIDER_HAS_NO_FEED'],
      [subscribe({ instrumentId: ID, intervals: ['1m'], provider: 'nobody' }), 'UNKNOWN_PROVIDER'],
      [subscribe({ instrumentId: 'NOWHERE:THING', intervals: ['1m'] }), 'UNKNOWN_PROVIDER'],
    ] as const)
      await assert.rejects(bus.execute<unknown>(command), { code });
    assert.deepEqual([await collections.feeds.countDocuments({}), await bus.ask(getSubscriptions({}))], [0, []]);
  });

  check('more subscriptions than a connection takes are refused, also at the same time', async ({ bus }) => {
    const call = (i: number) => bus.execute(subscribe({ instrumentId: `VENDOR:S${i}`, intervals: ['1m'] }));
    const outcomes = await Promise.allSettled(Array.from({ length: 2 * MOST }, (_, i) => call(i)));
    const kept = await bus.ask(getSubscriptions({ provider: PROVIDER }));
    const given = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.id] : []));
    assert.deepEqual(
      given.sort(),
      kept.map(({ id }) => id),
    );
    assert.equal(kept.length, MOST);
    await assert.rejects(call(100), { code: 'TOO_MANY_SUBSCRIPTIONS' });
    await bus.execute(subscribe({ instrumentId: kept[0].instrumentId, intervals: ['5m'] }));
    await bus.execute(unsubscribe({ id: kept[0].id }));
    await call(100);
  });

  check('asking again takes back a refusal', async ({ bus, collections, subscription }) => {
    await bus.execute(subscribe({ instrumentId: ID, intervals: ['1m'] }));
    const refused = { code: 'PROVIDER_SYMBOL_UNKNOWN', message: 'Nobody knows it', at: 5 };
    await collections.subscriptions.updateOne({ _id }, { $set: { refused, settledUntil: 7 } });
    const [status] = await bus.ask(getFeeds({}));
    assert.deepEqual(status.instruments[0].refused, refused);
    assert.deepEqual((await bus.ask(getSubscriptions({})))[0].refused, refused);
    await bus.execute(subscribe({ instrumentId: ID, intervals: ['1m'] }));
    const { refused: left, settledUntil, createdAt } = (await subscription()) ?? {};
    assert.deepEqual([left, settledUntil, typeof createdAt], [undefined, 7, 'number']);
  });

  check('of many processes one holds a feed, until it is left or its time is over', async ({ bus, collections }) => {
    await bus.execute(startFeed({ provider: PROVIDER }));
    const { feeds } = collections;
    const time = { now: 0 };
    const takers = Array.from({ length: TOGETHER }, (_, i) => ({
      holder: `taker${i}`,
      watch: new LeaseWatch(LEASE_MS, () => time.now),
      clock: () => time.now,
    }));
    const take = async (now: number): Promise<string[]> => {
      time.now = now;
      const held = await Promise.all(takers.map((taker) => holdFeed(feeds, PROVIDER, taker, {})));
      return takers.filter((_, i) => held[i] !== undefined).map(({ holder }) => holder);
    };
    const [first, ...others] = await take(0);
    assert.deepEqual(others, []);
    assert.deepEqual(await take(LEASE_MS), [first]);
    const alive = takers.splice(
      takers.findIndex(({ holder }) => holder === first),
      1,
    );
    assert.equal(alive.length, 1);
    assert.deepEqual(await take(2 * LEASE_MS), [], 'it lasts');
    assert.equal((await take(3 * LEASE_MS + 1)).length, 1);
    const { holder = '' } = (await feeds.findOne({ _id: PROVIDER })) ?? {};
    await leaveFeed(feeds, PROVIDER, holder);
    assert.equal((await take(3 * LEASE_MS + 2)).length, 1);
  });
}
