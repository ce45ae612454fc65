import { isoOfEpochMs, isoOrNull, toldOf, type OpenBar } from '../../market/index.ts';
import type { FeedError, Subscription } from './collections.ts';
import type { CurrentBar } from './queries/get-current-bar/get-current-bar.query.ts';
import type { FeedStatus } from './queries/get-feeds/get-feeds.query.ts';
import type { KnownQuote } from './queries/get-quotes/get-quotes.query.ts';
import { quoteJson } from './quote-json.ts';

// As doors give it: times as RFC 3339, what is absent as null.

const errorJson = (error: FeedError | undefined) =>
  error === undefined ? null : { ...error, at: isoOfEpochMs(error.at) };

export const feedsJson = (feeds: readonly FeedStatus[]) => ({ feeds: feeds.map(feedJson) });

export function feedJson({ provider, state, since, heardAt, error, instruments }: FeedStatus) {
  return {
    provider,
    state,
    since: isoOrNull(since),
    heardAt: isoOrNull(heardAt),
    error: errorJson(error),
    instruments: instruments.map((one) => ({
      ...one,
      intervals: [...one.intervals],
      heardAt: isoOrNull(one.heardAt),
      refused: errorJson(one.refused),
    })),
  };
}

export function subscriptionJson({ intervals, createdAt, refused, ...subscription }: Subscription) {
  return {
    ...subscription,
    intervals: [...intervals],
    createdAt: isoOfEpochMs(createdAt),
    refused: errorJson(refused),
  };
}

export const knownQuoteJson = ({ provider, ...quote }: KnownQuote) => ({ ...quoteJson(quote), provider });

/** With the trades and the turnover, where its feed tells of trades. */
export function openBarJson({ openTime, open, high, low, close, volume, isPartial, ...optional }: OpenBar) {
  return {
    openTime: isoOfEpochMs(openTime),
    open,
    high,
    low,
    close,
    volume: volume ?? null,
    state: 'open' as const,
    isPartial,
    ...toldOf(optional),
  };
}

export function currentBarJson({ instrumentId, provider, at, ...bar }: CurrentBar) {
  return { instrumentId, provider, at: isoOfEpochMs(at), interval: bar.interval, ...openBarJson(bar) };
}
