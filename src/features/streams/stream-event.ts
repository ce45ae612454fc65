import type { Change } from '../../chunk/index.ts';
import type { Bar, BarInterval, InstrumentId, OpenBar, ParsedSeriesId, Quote } from '../../market/index.ts';
import type { PocketQuantError } from '../../platform/errors/index.ts';

/** A job, of which its slice knows more. */
export interface StreamedJob {
  readonly id: string;
}

/** What is told of the change feed. */
interface OfFeed {
  readonly topic: string;
  /**
   * Whoever has this event resumes after this seq. Absent where more of the same change follows, so that nobody resumes
   * from the middle of a change.
   */
  readonly seq?: number;
}

/** A stored bar that was written or corrected. */
export interface BarEvent extends OfFeed, ParsedSeriesId {
  readonly type: 'bar';
  readonly bar: Bar;
  /** The seq of the change that it belongs to. */
  readonly changeSeq: number;
}

/** A change of the feed; for a topic of bars one that deleted bars, or touched too many to tell each. */
export interface ChangeEvent extends OfFeed {
  readonly type: 'change';
  readonly change: Change;
}

export type FeedEvent = BarEvent | ChangeEvent;

export interface QuoteEvent {
  readonly type: 'quote';
  readonly topic: string;
  readonly quote: Quote;
}

/** How a bar stands whose interval still runs. */
export interface OpenBarEvent {
  readonly type: 'openBar';
  readonly topic: string;
  readonly instrumentId: InstrumentId;
  readonly interval: BarInterval;
  readonly bar: OpenBar;
}

/** A job whose state or progress changed. */
export interface JobEvent<Job> {
  readonly type: 'job';
  readonly topic: string;
  readonly job: Job;
}

/** From here on the topics are told; `seq` says after which change, where one of them is of the change feed. */
export interface SubscribedEvent {
  readonly type: 'subscribed';
  readonly topics: readonly string[];
  readonly seq?: number;
}

/** What a program hears that follows topics. Times are UTC epoch ms, what is absent is `undefined`. */
export type FollowedEvent<Job extends StreamedJob = StreamedJob> =
  SubscribedEvent | BarEvent | OpenBarEvent | ChangeEvent | QuoteEvent | JobEvent<Job>;

/** What a client hears. */
export type StreamEvent<Job extends StreamedJob = StreamedJob> =
  | FollowedEvent<Job>
  | { readonly type: 'unsubscribed'; readonly topics: readonly string[] }
  /** `topic`: what ends by it; without one it is about the client's last message. */
  | { readonly type: 'error'; readonly topic?: string; readonly error: PocketQuantError }
  | { readonly type: 'heartbeat'; readonly time: number };

/** A value of which only the latest matters. */
export type Latest =
  | { readonly kind: 'quote'; readonly quote: Quote }
  | {
      readonly kind: 'openBar';
      readonly instrumentId: InstrumentId;
      readonly interval: BarInterval;
      readonly bar: OpenBar;
    };
