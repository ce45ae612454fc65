import Type from 'typebox';
import { isTrading, type BarInterval } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { isLikelyHeld } from '../../../../platform/lease/index.ts';
import { vendorNow } from '../../../../providers/contract/index.ts';
import type { FeedDocument, FeedError, FeedState, LiveCollections } from '../../collections.ts';
import { LEASE_MS } from '../../feeds/feed-lease.ts';
import type { FeedSupervisor } from '../../feeds/supervisor.ts';
import type { LivePort } from '../../port.ts';
import { notAhead } from '../../not-ahead.ts';

/** How a feed fares. Times are UTC epoch ms. */
export interface FeedStatus {
  readonly provider: string;
  readonly state: FeedState;
  readonly since: number | undefined;
  /** When anything last came in, a heartbeat too. */
  readonly heardAt: number | undefined;
  /** The last trouble; it may be over. */
  readonly error: FeedError | undefined;
  readonly instruments: readonly InstrumentStatus[];
}

export interface InstrumentStatus {
  readonly instrumentId: string;
  readonly intervals: readonly BarInterval[];
  /** When its newest quote or trade came in. */
  readonly heardAt: number | undefined;
  /** Nothing came in for a minute while its market is open and its feed is connected. */
  readonly isStale: boolean;
  /** Why the vendor does not give it. */
  readonly refused: FeedError | undefined;
}

/** Every feed that was ever started or subscribed to. */
export const getFeeds = defineQuery<readonly FeedStatus[]>()('live.get-feeds', Type.Object({}));

const STALE_AFTER_MS = 60_000;

export function answerGetFeeds(
  { feeds, subscriptions, currentBars }: LiveCollections,
  { providers, findInstrument }: LivePort,
  supervisor: FeedSupervisor,
): HandlerOf<typeof getFeeds> {
  return async (_question, { now }) => {
    const [known, subscribed, flushed] = await Promise.all([
      feeds.find({}, { sort: { _id: 1 } }).toArray(),
      subscriptions.find({}, { sort: { _id: 1 } }).toArray(),
      currentBars.find({}, { projection: { quote: 1 } }).toArray(),
    ]);
    const quotes = new Map(flushed.map(({ _id, quote }) => [_id, quote]));

    async function statusOf(feed: FeedDocument): Promise<FeedStatus> {
      const state = stateOf(feed, now, supervisor.holds(feed._id));
      const provider = providers.get(feed._id);
      const marketNow = provider === undefined ? now : vendorNow(provider, now);
      const instruments = subscribed
        .filter((one) => one.provider === feed._id)
        .map(async ({ _id, instrumentId, intervals, refused }): Promise<InstrumentStatus> => {
          const { schedule, sessions } = await findInstrument(instrumentId);
          const isOpen = schedule === undefined || isTrading(schedule, sessions, marketNow);
          const told = supervisor.runningOf(feed._id, instrumentId)?.heardAt ?? quotes.get(_id)?.receivedAt;
          const heardAt = notAhead(told, now);
          const silentSince = Math.max(heardAt ?? 0, notAhead(feed.since, now) ?? 0);
          const isStale = state === 'live' && isOpen && now - silentSince > STALE_AFTER_MS;
          return { instrumentId, intervals, heardAt, isStale, refused };
        });
      const { _id, since, heardAt, error } = feed;
      return { provider: _id, state, since, heardAt, error, instruments: await Promise.all(instruments) };
    }

    return Promise.all(known.map(statusOf));
  };
}

function stateOf({ isWanted, holder, leaseUntil, state }: FeedDocument, now: number, isHeldHere: boolean): FeedState {
  if (!isWanted) return 'stopped';
  const isHeld = isHeldHere || (holder !== undefined && isLikelyHeld(leaseUntil, now, LEASE_MS));
  return isHeld && state !== undefined ? state : 'waiting';
}
