import type { Answer, Bar, Change } from './inputs-and-answers.ts';

/** `bars:NASDAQ:AAPL/1m`, `bars:NASDAQ:SPY/1h@session`, `quotes:NASDAQ:AAPL`, `changes` or `jobs`. */
export type StreamTopic = 'changes' | 'jobs' | `quotes:${string}` | `bars:${string}`;

/** From here on the topics are followed; `seq` says after which change, where one of them is of the change feed. */
export interface SubscribedEvent {
  readonly type: 'subscribed';
  readonly topics: readonly string[];
  readonly seq?: number;
}

/** A stored bar that was written or corrected. */
export interface BarEvent {
  readonly type: 'bar';
  readonly topic: string;
  /** A place to resume from; absent where more of the same change follows. */
  readonly seq?: number;
  /** The seq of the change that it belongs to. */
  readonly changeSeq: number;
  readonly bar: Bar;
}

/** A change of the feed; for a topic of bars one that deleted bars, or touched too many to tell each. */
export interface ChangeEvent {
  readonly type: 'change';
  readonly topic: string;
  /** A place to resume from; absent where more of the same change follows. */
  readonly seq?: number;
  readonly change: Change;
}

/** How a bar stands whose interval still runs. */
export interface OpenBarEvent {
  readonly type: 'openBar';
  readonly topic: string;
  readonly bar: Omit<Answer<'getCurrentBar'>, 'instrumentId' | 'provider' | 'at' | 'interval'>;
}

export interface QuoteEvent {
  readonly type: 'quote';
  readonly topic: string;
  readonly quote: Omit<Answer<'getLatestQuote'>, 'provider'>;
}

/** A job whose state or progress changed. */
export interface JobEvent {
  readonly type: 'job';
  readonly topic: string;
  readonly job: Answer<'getJob'>;
}

/** What happens to topics that are followed. Values are as the HTTP API answers them. */
export type FollowEvent = SubscribedEvent | BarEvent | ChangeEvent | OpenBarEvent | QuoteEvent | JobEvent;

interface Numbered {
  readonly topic: string;
  readonly seq: number;
  readonly more?: true;
}

/** What the server sends. */
export type StreamMessage =
  | { readonly type: 'subscribed'; readonly topics: readonly string[]; readonly seq: number | null }
  | { readonly type: 'unsubscribed'; readonly topics: readonly string[] }
  | (Numbered & { readonly type: 'bar'; readonly bar: Bar })
  | { readonly type: 'bar'; readonly topic: string; readonly seq: null; readonly bar: OpenBarEvent['bar'] }
  | (Numbered & Change & { readonly type: 'change' })
  | QuoteEvent
  | JobEvent
  | { readonly type: 'heartbeat' }
  | {
      readonly type: 'error';
      readonly topic?: string;
      readonly status: number;
      readonly code: string;
      readonly detail: string;
    };

export type NumberedMessage = Extract<StreamMessage, Numbered>;

export const isNumbered = (message: StreamMessage): message is NumberedMessage =>
  (message.type === 'bar' || message.type === 'change') && message.seq !== null;

/** The event that a message is for those who follow; `undefined` if it is only for the connection. */
export function eventOf(message: StreamMessage): FollowEvent | undefined {
  switch (message.type) {
    case 'subscribed': {
      const { topics, seq } = message;
      return { type: 'subscribed', topics, ...(seq === null ? {} : { seq }) };
    }
    case 'bar': {
      const { topic, bar } = message;
      if (message.seq === null) return { type: 'openBar', topic, bar: message.bar };
      return { type: 'bar', topic, changeSeq: message.seq, bar, ...placeOf(message) };
    }
    case 'change': {
      const { type, topic, more: _, ...change } = message;
      return { type, topic, change, ...placeOf(message) };
    }
    case 'quote':
    case 'job':
      return message;
    default:
      return undefined;
  }
}

const placeOf = ({ seq, more }: Numbered): { readonly seq?: number } => (more === true ? {} : { seq });
