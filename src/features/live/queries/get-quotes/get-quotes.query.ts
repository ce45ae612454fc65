import Type from 'typebox';
import type { Quote } from '../../../../market/index.ts';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import type { LiveCollections } from '../../collections.ts';
import type { FeedSupervisor } from '../../feeds/supervisor.ts';
import { notAhead } from '../../not-ahead.ts';

/** The latest known prices of an instrument, and which feed told them. */
export interface KnownQuote extends Quote {
  readonly provider: string;
}

/** The newest quote of each instrument of each feed, in order. */
export const getAllQuotes = defineQuery<readonly KnownQuote[]>()('live.get-all-quotes', Type.Object({}));

/**
 * The newest quote of an instrument, of whatever feed.
 * @throws NotFoundError `QUOTE_NOT_FOUND` if none ever came in
 */
export const getLatestQuote = defineQuery<KnownQuote>()(
  'live.get-latest-quote',
  Type.Object({ instrumentId: InstrumentIdText }),
);

type QuotesOf = (filter: { readonly instrumentId?: string }) => Promise<KnownQuote[]>;

/** What was flushed, fresher where the feed runs in this process. */
function quotesIn({ currentBars }: LiveCollections, supervisor: FeedSupervisor): QuotesOf {
  return async (filter) => {
    const flushed = await currentBars.find(filter, { sort: { _id: 1 } }).toArray();
    return flushed.flatMap((current) => {
      const quote = supervisor.runningOf(current.provider, current.instrumentId)?.quote ?? current.quote;
      return quote === undefined ? [] : [{ ...quote, provider: current.provider }];
    });
  };
}

export function answerGetAllQuotes(
  collections: LiveCollections,
  supervisor: FeedSupervisor,
): HandlerOf<typeof getAllQuotes> {
  const quotesOf = quotesIn(collections, supervisor);
  return () => quotesOf({});
}

export function answerGetLatestQuote(
  collections: LiveCollections,
  supervisor: FeedSupervisor,
): HandlerOf<typeof getLatestQuote> {
  const quotesOf = quotesIn(collections, supervisor);
  return async ({ instrumentId }, { now }) => {
    const cameIn = ({ receivedAt }: KnownQuote): number => notAhead(receivedAt, now) ?? 0;
    const [newest] = (await quotesOf({ instrumentId })).sort((a, b) => cameIn(b) - cameIn(a));
    if (newest !== undefined) return newest;
    throw new NotFoundError('QUOTE_NOT_FOUND', `No quote of ${instrumentId} came in yet; is it subscribed to?`);
  };
}
