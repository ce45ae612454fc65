import type { InstrumentId } from '../../market/index.ts';
import type { ProviderError } from '../../platform/errors/index.ts';
import { openJsonSocket, type SocketEnd, type SocketPatience } from '../../platform/sockets/index.ts';
import type { LiveListener, VendorClock } from '../contract/index.ts';
import { readMessages, refusalOf, type StreamHearer } from './stream-messages.ts';

const PING_MS = 15_000;
const SYMBOLS_PER_MESSAGE = 200;

export interface AlpacaKeys {
  readonly key: string;
  readonly secret: string;
}

export interface StreamOptions {
  readonly url: string;
  readonly keys: AlpacaKeys;
  readonly clock: () => number;
  readonly vendorClock: VendorClock;
  readonly patience: SocketPatience | undefined;
  /** Whose data is wanted. */
  readonly idOf: (symbol: string) => InstrumentId | undefined;
  readonly listener: LiveListener;
  /** Alpaca sends the data of these. */
  readonly onConfirmed: (symbols: readonly string[]) => void;
  /** Alpaca does not give what it was asked for, such as more symbols than the plan allows. */
  readonly onRefused: (symbol: string, error: ProviderError) => void;
}

/** One socket of one feed, logged in. */
export interface AlpacaStream {
  subscribe(symbols: readonly string[]): void;
  unsubscribe(symbols: readonly string[]): void;
  /** Alpaca sends all of this symbol: it has said so, and was not asked anything about it since. */
  isInEffect(symbol: string): boolean;
  readonly ended: Promise<SocketEnd>;
  close(): Promise<void>;
}

interface Asked {
  readonly action: 'subscribe' | 'unsubscribe';
  readonly symbols: readonly string[];
  readonly isAnswered: () => void;
}

/** @throws ProviderError if Alpaca cannot be reached, or refuses the keys */
export async function openStream(options: StreamOptions, signal: AbortSignal): Promise<AlpacaStream> {
  const { url, keys, clock, vendorClock, patience, idOf, listener, onConfirmed, onRefused } = options;
  const connected = Promise.withResolvers<void>();
  const authenticated = Promise.withResolvers<void>();
  /** Alpaca answers in the order in which it was asked, without saying what. */
  const asked: Asked[] = [];
  let listed: ReadonlySet<string> = new Set();

  const hearer: StreamHearer = {
    idOf,
    listener,
    onEvent: vendorClock.happened,
    onSuccess: (what) => (what === 'connected' ? connected : authenticated).resolve(),
    onSubscription(symbols) {
      listed = new Set(symbols);
      asked.shift()?.isAnswered();
      onConfirmed(symbols);
    },
    onError(code, told) {
      const error = refusalOf(code, told, [keys.key, keys.secret]);
      const answered = isAnswer(code) ? asked.shift() : undefined;
      if (answered === undefined) throw error;
      answered.isAnswered();
      if (answered.action === 'unsubscribe') return;
      for (const symbol of answered.symbols) onRefused(symbol, error);
    },
  };

  const socket = await openJsonSocket(
    {
      name: 'alpaca',
      url,
      clock,
      patience,
      pingMs: PING_MS,
      onHeard: () => listener.onHeard(),
      onMessage: (json) => readMessages(json, hearer),
      async greet(greeted) {
        await connected.promise;
        greeted.send({ action: 'auth', ...keys });
        await authenticated.promise;
      },
    },
    signal,
  );

  function ask(action: 'subscribe' | 'unsubscribe', all: readonly string[]): void {
    for (let at = 0; at < all.length; at += SYMBOLS_PER_MESSAGE) {
      const symbols = all.slice(at, at + SYMBOLS_PER_MESSAGE);
      socket.send({ action, trades: symbols, quotes: symbols, updatedBars: symbols });
      asked.push({ action, symbols, isAnswered: socket.expect(`answer a ${action}`) });
    }
  }

  return {
    subscribe: (symbols) => ask('subscribe', symbols),
    unsubscribe: (symbols) => ask('unsubscribe', symbols),
    isInEffect: (symbol) => listed.has(symbol) && !asked.some(({ symbols }) => symbols.includes(symbol)),
    ended: socket.ended,
    close: socket.close,
  };
}

/** Syntax, too many symbols, too small a plan, not of this feed: about what was asked, not about the connection. */
function isAnswer(code: number): boolean {
  return code === 400 || code === 405 || code === 409 || code === 410;
}
