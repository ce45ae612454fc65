import { asProviderError, ProviderError } from '../../platform/errors/index.ts';
import type { SocketPatience } from '../../platform/sockets/index.ts';
import {
  liveSymbols,
  untilClosing,
  type LiveConnection,
  type LiveData,
  type LiveEnd,
  type LiveListener,
  type VendorClock,
} from '../contract/index.ts';
import { isCrypto, isUsExchange, KEYS_HINT } from './mapper.ts';
import { openStream, type AlpacaKeys, type AlpacaStream } from './stream.ts';
import type { SymbolCheck } from './symbol-check.ts';

/** Three answers to our pings. */
const SILENCE_MS = 45_000;
/** Quotes of crypto change more often. */
const QUIET_MS = 300_000;
/** What the free plan's feed allows; whoever pays has no limit. */
const FREE_SYMBOLS = 30;
const PAID_SYMBOLS = 1_000;
/** What is traded at night streams below another version. */
const BETA_FEEDS = new Set(['boats', 'overnight']);

export interface AlpacaLiveOptions {
  readonly wsUrl: string;
  /** Which exchanges a stock's trades are taken from. */
  readonly feed: string;
  /** There is nothing live without. */
  readonly keys: AlpacaKeys | undefined;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly vendorClock: VendorClock;
  readonly patience: SocketPatience | undefined;
  readonly unknownOf: SymbolCheck['unknownOf'];
  /** Ends connections and what is asked for them. */
  readonly closing: AbortSignal;
}

/** Trades, quotes, and what late trades change. @see https://docs.alpaca.markets/docs/streaming-market-data */
export function createLive(options: AlpacaLiveOptions): LiveData {
  return {
    kind: 'trades',
    instrumentsPerConnection: options.feed === 'iex' ? FREE_SYMBOLS : PAID_SYMBOLS,
    silenceMs: SILENCE_MS,
    quietMs: QUIET_MS,
    connect: untilClosing(options.closing, (listener, signal) => connect(options, listener, signal)),
  };
}

/** One for stocks at once, as it shows whether the keys are good; one for crypto when the first pair is asked for. */
async function connect(
  { wsUrl, feed, keys, unknownOf, ...common }: AlpacaLiveOptions,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<LiveConnection> {
  if (keys === undefined) throw new ProviderError('PROVIDER_REFUSED', `alpaca: live data needs a key: ${KEYS_HINT}`);
  const streams: AlpacaStream[] = [];
  const over = new AbortController();
  const ended = Promise.withResolvers<LiveEnd>();
  let crypto: Promise<AlpacaStream> | undefined;
  const wanted = liveSymbols({
    vendor: 'alpaca',
    listener,
    isSame: isUsExchange,
    isInEffect: (symbol) => streams.some((stream) => stream.isInEffect(symbol)),
    tell(come, gone) {
      tell('subscribe', come);
      tell('unsubscribe', gone);
    },
    unknownOf,
    over: over.signal,
  });

  const open = async (path: string, until: AbortSignal): Promise<AlpacaStream> => {
    const url = wsUrl.replace(/\/+$/, '') + path;
    const { idOfData: idOf, confirmed: onConfirmed, refuse: onRefused } = wanted;
    const stream = await openStream({ ...common, url, keys, idOf, listener, onConfirmed, onRefused }, until);
    streams.push(stream);
    return stream;
  };

  const stocks = await open(`/${BETA_FEEDS.has(feed) ? 'v1beta1' : 'v2'}/${feed}`, signal);
  stocks.ended.then(finish, () => undefined);

  /** Whichever ends first ends both. */
  function finish(end: LiveEnd): void {
    if (over.signal.aborted) return;
    over.abort();
    const both = [stocks.close(), crypto?.then((stream) => stream.close()) ?? Promise.resolve()];
    void Promise.allSettled(both).then(() => ended.resolve(end));
  }

  function cryptoStream(): Promise<AlpacaStream> {
    if (crypto !== undefined) return crypto;
    crypto = open('/v1beta3/crypto/us', over.signal);
    crypto
      .then((stream) => stream.ended)
      .then(finish, (error: unknown) =>
        finish({ kind: 'lost', error: asProviderError(error, 'PROVIDER_UNAVAILABLE', `alpaca: ${String(error)}`) }),
      );
    return crypto;
  }

  function tell(action: 'subscribe' | 'unsubscribe', symbols: readonly string[]): void {
    const [pairs, shares] = [symbols.filter(isCrypto), symbols.filter((symbol) => !isCrypto(symbol))];
    if (shares.length > 0) stocks[action](shares);
    // Its failure ends the connection.
    if (pairs.length > 0)
      cryptoStream().then(
        (stream) => stream[action](pairs),
        () => undefined,
      );
  }

  return {
    subscribe: wanted.subscribe,
    unsubscribe: wanted.unsubscribe,
    ended: ended.promise,
    async close() {
      finish({ kind: 'closed', error: undefined });
      await ended.promise;
    },
  };
}
