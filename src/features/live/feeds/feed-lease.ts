import { isDuplicateKey } from '../../../platform/database/index.ts';
import { asSeen, type LeaseWatch } from '../../../platform/lease/index.ts';
import type { FeedDocument, LiveCollections } from '../collections.ts';

/** So long a feed stays with a process that fell silent. With the time between two looks at it, less than 10 s. */
export const LEASE_MS = 6_000;

/** What the holder of a feed tells of it. */
export type FeedReport = Partial<Pick<FeedDocument, 'state' | 'since' | 'heardAt' | 'error'>>;

export interface FeedHolder {
  readonly holder: string;
  /** What this process has seen of the leases of others. */
  readonly watch: LeaseWatch;
  /** UTC epoch ms. */
  readonly clock: () => number;
}

/** Takes a feed that is free, or keeps one that is held. @returns the feed if this process has it now */
export async function holdFeed(
  feeds: LiveCollections['feeds'],
  provider: string,
  { holder, watch, clock }: FeedHolder,
  report: FeedReport,
): Promise<FeedDocument | undefined> {
  const feed = await feeds.findOne({ _id: provider, isWanted: true });
  if (feed === null || !mayHave(feed, holder, watch)) return undefined;
  const held = await feeds.findOneAndUpdate(
    { _id: provider, isWanted: true, ...asSeen(feed) },
    { $set: { holder, leaseUntil: clock() + LEASE_MS, ...report }, $inc: { beat: 1 } },
    { returnDocument: 'after' },
  );
  return held ?? undefined;
}

function mayHave(feed: FeedDocument, mine: string, watch: LeaseWatch): boolean {
  const { _id, holder, beat, leaseUntil } = feed;
  return holder === undefined || holder === mine || watch.isOver(_id, { holder, beat, until: leaseUntil });
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
