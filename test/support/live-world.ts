import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { openLiveCollections, subscriptionId, type SubscriptionDocument } from '../../src/features/live/collections.ts';
import { touchFeed } from '../../src/features/live/feeds/feed-lease.ts';
import { createFeedSupervisor } from '../../src/features/live/feeds/supervisor.ts';
import type { LivePort } from '../../src/features/live/port.ts';
import { instrumentId, type BarInterval } from '../../src/market/index.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { heldBars, ID, type LiveVendor } from './live-vendor.ts';
import { aFolder } from './open-test-database.ts';

export const NOBODY = { wants: () => false, publishQuote: () => undefined, publishOpenBar: () => undefined };

/** A database that several processes share, and a clock that runs, and that a test puts forward. */
export async function aLiveWorld(t: TestContext, vendors: readonly LiveVendor[], startsAt = Date.now()) {
  const url = `file:${join(aFolder(t), 'live.db')}`;
  const database = await openDatabase(url);
  const collections = await openLiveCollections(database);
  const errors: unknown[] = [];
  const world = {
    forwardMs: startsAt - Date.now(),
    setBy: 0,
    errors,
    collections,
    subscribe,
    aProcess,
    clock,
    elapsed,
    atEnd,
  };
  /** Ends what a test began, the last first. */
  const ends = [() => database.close()];
  t.after(async () => {
    for (const end of ends.toReversed()) await end();
  });

  function elapsed(): number {
    return Date.now() + world.forwardMs;
  }

  /** Besides, it may be set. */
  function clock(): number {
    return elapsed() + world.setBy;
  }

  function atEnd(end: () => Promise<void>): void {
    ends.push(end);
  }

  /** As the command does. */
  async function subscribe(
    provider: string,
    intervals: readonly BarInterval[] = ['1s', '1m'],
    id = ID,
  ): Promise<SubscriptionDocument> {
    const _id = subscriptionId(provider, id);
    const one = { provider, instrumentId: id, intervals, createdAt: clock() };
    await collections.subscriptions.updateOne({ _id }, { $set: one, $unset: { refused: '' } }, { upsert: true });
    await touchFeed(collections.feeds, provider, true);
    return (await collections.subscriptions.findOne({ _id })) ?? assert.fail();
  }

  /** Another process on the same database. */
  async function aProcess(changes: Partial<LivePort> = {}) {
    const own = await openDatabase(url);
    const supervisor = createFeedSupervisor({
      collections: await openLiveCollections(own),
      port: { ...heldBars(vendors), ...changes },
      audience: NOBODY,
      clock,
      elapsed,
      onError: (error) => errors.push(error),
    });
    atEnd(async () => {
      await supervisor.stop().catch(() => undefined); // a test may have stopped it
      await own.close();
    });
    return { supervisor, database: own };
  }

  return world;
}

export const OTHER = instrumentId('VENDOR:OTHER');
