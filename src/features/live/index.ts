import type { InstrumentId } from '../../market/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openLiveCollections } from './collections.ts';
import { handleStartFeed, startFeed } from './commands/start-feed/start-feed.command.ts';
import { handleStopFeed, stopFeed } from './commands/stop-feed/stop-feed.command.ts';
import { handleSubscribe, subscribe } from './commands/subscribe/subscribe.command.ts';
import { handleUnsubscribe, unsubscribe } from './commands/unsubscribe/unsubscribe.command.ts';
import { createFeedSupervisor, type FeedSupervisor } from './feeds/supervisor.ts';
import type { LiveAudience, LivePort } from './port.ts';
import { answerGetCurrentBar, getCurrentBar } from './queries/get-current-bar/get-current-bar.query.ts';
import { answerGetFeeds, getFeeds } from './queries/get-feeds/get-feeds.query.ts';
import {
  answerGetAllQuotes,
  answerGetLatestQuote,
  getAllQuotes,
  getLatestQuote,
} from './queries/get-quotes/get-quotes.query.ts';
import { answerGetSubscriptions, getSubscriptions } from './queries/get-subscriptions/get-subscriptions.query.ts';

export { liveDocuments } from './stored-documents.ts';
export {
  getAllQuotes,
  getCurrentBar,
  getFeeds,
  getLatestQuote,
  getSubscriptions,
  startFeed,
  stopFeed,
  subscribe,
  unsubscribe,
};
export { openBarJson } from './live-json.ts';
export { quoteJson } from './quote-json.ts';
export type { Subscription } from './collections.ts';
export type { CurrentBar } from './queries/get-current-bar/get-current-bar.query.ts';
export type { FeedStatus } from './queries/get-feeds/get-feeds.query.ts';
export type { KnownQuote } from './queries/get-quotes/get-quotes.query.ts';
export type { FeedSupervisor } from './feeds/supervisor.ts';

export interface LiveWiring {
  readonly bus: Bus;
  readonly database: Database;
  readonly port: LivePort;
  /** The stored instrument that a name means. */
  readonly storedAs: (id: InstrumentId) => Promise<InstrumentId>;
  readonly audience: LiveAudience;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Gives the bus the handlers of this slice.
 * @returns what runs the feeds, once it is started
 */
export async function registerLive({ bus, database, storedAs, ...options }: LiveWiring): Promise<FeedSupervisor> {
  const collections = await openLiveCollections(database);
  const supervisor = createFeedSupervisor({ collections, ...options });
  const wake = (): void => supervisor.wake();
  const { port } = options;
  bus.handle(startFeed, handleStartFeed(collections, port, wake));
  bus.handle(stopFeed, handleStopFeed(collections, wake));
  bus.handle(subscribe, handleSubscribe(collections, port, wake));
  bus.handle(unsubscribe, handleUnsubscribe(collections, storedAs, wake));
  bus.answer(getFeeds, answerGetFeeds(collections, port, supervisor));
  bus.answer(getSubscriptions, answerGetSubscriptions(collections));
  bus.answer(getAllQuotes, answerGetAllQuotes(collections, supervisor));
  bus.answer(getLatestQuote, answerGetLatestQuote(collections, supervisor));
  bus.answer(getCurrentBar, answerGetCurrentBar(collections, port, supervisor));
  return supervisor;
}
