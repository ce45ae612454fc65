import type { BarInterval, OpenBar, Quote } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';

/** `stopped` by the user; `waiting` for a process to take it; otherwise how the connection of its holder is. */
export type FeedState = 'stopped' | 'waiting' | 'connecting' | 'live' | 'disconnected';

/** A provider's live stream, as we hold it. */
export interface FeedDocument {
  /** Name of the provider. */
  readonly _id: string;
  readonly isWanted: boolean;
  /** Counts what users asked of it; whoever holds it looks at its subscriptions again when it rises. */
  readonly rev: number;
  /** The one process that holds it; how often it said so, and until when it does by its own clock, UTC epoch ms. */
  readonly holder?: string;
  readonly beat?: number;
  readonly leaseUntil?: number;
  readonly state?: Exclude<FeedState, 'stopped' | 'waiting'>;
  /** Since when it is in that state, UTC epoch ms. */
  readonly since?: number;
  /** When anything last came in, UTC epoch ms. */
  readonly heardAt?: number;
  readonly error?: FeedError;
}

export interface FeedError {
  readonly code: string;
  readonly message: string;
  /** UTC epoch ms. */
  readonly at: number;
}

/** Of which instrument's live data bars are made. */
export interface Subscription {
  /** `binance:BINANCE:BTCUSDT` */
  readonly id: string;
  readonly provider: string;
  readonly instrumentId: string;
  readonly intervals: readonly BarInterval[];
  /** UTC epoch ms. */
  readonly createdAt: number;
  /** Why the vendor does not give it. */
  readonly refused?: FeedError | undefined;
}

export interface SubscriptionDocument extends Omit<Subscription, 'id'> {
  readonly _id: string;
  /** Up to here the stored bars are what the provider's history said, UTC epoch ms. */
  readonly settledUntil?: number;
}

/** What others are told of a stored subscription. */
export function subscriptionOf(document: SubscriptionDocument): Subscription {
  const { _id: id, provider, instrumentId, intervals, createdAt, refused } = document;
  return { id, provider, instrumentId, intervals, createdAt, refused };
}

/** What runs of one subscription, flushed at most each second. */
export interface CurrentBarsDocument {
  /** As the subscription's. */
  readonly _id: string;
  readonly instrumentId: string;
  readonly provider: string;
  /** When it was flushed, UTC epoch ms. */
  readonly at: number;
  /** The same moment by the vendor's clock. */
  readonly vendorAt?: number;
  readonly quote?: Quote;
  readonly bars: readonly OpenBar[];
}

export interface LiveCollections {
  readonly feeds: Collection<FeedDocument>;
  readonly subscriptions: Collection<SubscriptionDocument>;
  readonly currentBars: Collection<CurrentBarsDocument>;
}

export async function openLiveCollections(database: Database): Promise<LiveCollections> {
  const subscriptions: Collection<SubscriptionDocument> = database.collection('subscriptions');
  const currentBars: Collection<CurrentBarsDocument> = database.collection('current_bars');
  await subscriptions.createIndexes([{ key: { provider: 1 }, name: 'provider' }]);
  await currentBars.createIndexes([{ key: { instrumentId: 1 }, name: 'instrumentId' }]);
  return { feeds: database.collection('feeds'), subscriptions, currentBars };
}

export const subscriptionId = (provider: string, instrumentId: string): string => `${provider}:${instrumentId}`;
