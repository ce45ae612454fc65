import { isoOfEpochMs, type BarInterval, type InstrumentId, type Quote } from '../../../market/index.ts';
import { InvariantError, type PocketQuantError } from '../../../platform/errors/index.ts';
import { quoteJson } from '../quote-json.ts';

/** One message to clients; its text is made when it is first sent, and once for all of them. */
export class StreamMessage {
  readonly type: string;
  /** What it is about; `undefined` where it is about the connection. */
  readonly topic: string | undefined;
  /** Who has this message may resume from this seq. */
  readonly resumeFrom: number | undefined;
  readonly #content: () => object;
  #text: string | undefined;
  #bytes: Buffer | undefined;

  constructor(
    type: string,
    content: () => object,
    about: { readonly topic?: string; readonly resumeFrom?: number } = {},
  ) {
    this.type = type;
    this.topic = about.topic;
    this.resumeFrom = about.resumeFrom;
    this.#content = content;
  }

  get text(): string {
    const { type, topic } = this;
    this.#text ??= JSON.stringify({ type, ...(topic === undefined ? {} : { topic }), ...this.#content() });
    return this.#text;
  }

  /** The text as UTF-8. */
  get bytes(): Buffer {
    return (this.#bytes ??= Buffer.from(this.text));
  }
}

/** A bar whose interval still runs. */
export interface OpenBar {
  /** UTC epoch ms. */
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume?: number | undefined;
  /** Trades are missing in it. */
  readonly isPartial: boolean;
}

/** A value of which only the latest matters. */
export type Latest =
  | { readonly kind: 'quote'; readonly quote: Quote }
  | {
      readonly kind: 'openBar';
      readonly instrumentId: InstrumentId;
      readonly interval: BarInterval;
      readonly bar: OpenBar;
    };

// Shapes of the JSON: times as RFC 3339, what is absent as null.

export function latestMessage(topic: string, latest: Latest): StreamMessage {
  if (latest.kind === 'quote') return new StreamMessage('quote', () => ({ quote: quoteJson(latest.quote) }), { topic });
  return new StreamMessage('bar', () => ({ seq: null, bar: openBarJson(latest.bar) }), { topic });
}

function openBarJson({ openTime, volume, open, high, low, close, isPartial }: OpenBar) {
  const prices = { open, high, low, close, volume: volume ?? null };
  return { openTime: isoOfEpochMs(openTime), ...prices, state: 'open', isPartial };
}

export function errorMessage(error: PocketQuantError, topic?: string): StreamMessage {
  const { code, message } = error;
  const detail = error instanceof InvariantError ? 'Internal error; see the log' : message;
  return new StreamMessage('error', () => ({ code, detail }), topic === undefined ? {} : { topic });
}

export const heartbeatMessage = (now: number): StreamMessage =>
  new StreamMessage('heartbeat', () => ({ time: isoOfEpochMs(now) }));
