import { isDuplicateKey } from '../../../platform/database/index.ts';
import type { FeedDocument, LiveCollections } from '../collections.ts';

/** So long a feed stays with a process that fell silent. With the time between two looks at it, less than 10 s. */
export const LEASE_MS = 6_000;

/** What the holder of a feed tells of it. */
export type FeedReport = Partial<Pick<FeedDocument, 'state' | 'since' | 'heardAt' | 'error'>>;

/** Takes a feed that is free, or keeps one that is held. @returns the feed if `holder` has it now */
export async function holdFeed(
  feeds: LiveCollections['feeds'],
  provider: string,
  holder: string,
  now: number,
  report: FeedReport,
): Promise<FeedDocument | undefined> {
  const mine = { $set: { holder, leaseUntil: now + LEASE_MS, ...report } };
  const kept = await feeds.findOneAndUpdate({ _id: provider, isWanted: true, holder }, mine, {
    returnDocument: 'after',
  });
  if (kept !== null) return kept;
  for (const free of [{ leaseUntil: { $lt: now } }, { leaseUntil: { $exists: false } }]) {
    const taken = await feeds.findOneAndUpdate({ _id: provider, isWanted: true, ...free }, mine, {
      returnDocument: 'after',
    });
    if (taken !== null) return taken;
  }
  return undefined;
}

/** Lets another process take the feed at once. */
export async function leaveFeed(feeds: LiveCollections['feeds'], provider: string, holder: string): Promise<void> {
  await feeds.updateOne({ _id: provider, holder }, { $unset: { holder: '', leaseUntil: '', state: '', since: '' } });
}

/** Writes down that something of a feed changed and, if it is told, whether users want it to run. */
export async function touchFeed(feeds: LiveCollections['feeds'], provider: string, wanted?: boolean): Promise<void> {
  const first = wanted === undefined ? { $setOnInsert: { isWanted: false } } : { $set: { isWanted: wanted } };
  try {
    await feeds.updateOne({ _id: provider }, { ...first, $inc: { rev: 1 } }, { upsert: true });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    await touchFeed(feeds, provider, wanted); // someone else made it at the same time
  }
}
