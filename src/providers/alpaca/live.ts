import { ProviderError } from '../../platform/errors/index.ts';
import type { SocketPatience } from '../../platform/sockets/index.ts';
import {
  liveSymbols,
  symbolAt,
  type LiveConnection,
  type LiveData,
  type LiveEnd,
  type LiveListener,
  type RequestedInstrument,
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
    connect: (listener, signal) => connect(options, listener, signal),
  };
}

/** One for stocks at once, as it shows whether the keys are good; one for crypto when the first pair is asked for. */
async function connect(
  { wsUrl, feed, keys, unknownOf, closing, ...common }: AlpacaLiveOptions,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<LiveConnection> {
  if (keys === undefined) throw new ProviderError('PROVIDER_REFUSED', `alpaca: live data needs a key: ${KEYS_HINT}`);
  const streams: AlpacaStream[] = [];
  const wanted = liveSymbols(listener, (symbol) => streams.some((stream) => stream.isInEffect(symbol)));
  const { ids } = wanted;
  const over = new AbortController();
  const ended = Promise.withResolvers<LiveEnd>();
  let checked = Promise.resolve();
  let crypto: Promise<AlpacaStream> | undefined;

  const open = async (path: string, until: AbortSignal): Promise<AlpacaStream> => {
    const url = wsUrl.replace(/\/+$/, '') + path;
    const { idOfData: idOf, confirmed: onConfirmed } = wanted;
    const stream = await openStream({ ...common, url, keys, idOf, listener, onConfirmed, onRefused: refuse }, until);
    streams.push(stream);
    return stream;
  };

  const stocks = await open(`/${BETA_FEEDS.has(feed) ? 'v1beta1' : 'v2'}/${feed}`, AbortSignal.any([signal, closing]));
  stocks.ended.then(finish, () => undefined);
  const onClosing = (): void => finish({ kind: 'closed', error: undefined });
  closing.addEventListener('abort', onClosing, { once: true });
  if (closing.aborted) onClosing();

  /** Whichever ends first ends both. */
  function finish(end: LiveEnd): void {
    if (over.signal.aborted) return;
    over.abort();
    closing.removeEventListener('abort', onClosing);
    const both = [stocks.close(), crypto?.then((stream) => stream.close()) ?? Promise.resolve()];
    void Promise.allSettled(both).then(() => ended.resolve(end));
  }

  function cryptoStream(): Promise<AlpacaStream> {
    if (crypto !== undefined) return crypto;
    crypto = open('/v1beta3/crypto/us', over.signal);
    crypto
      .then((stream) => stream.ended)
      .then(finish, (error: unknown) => finish({ kind: 'lost', error: asProviderError(error) }));
    return crypto;
  }

  function refuse(symbol: string, error: ProviderError): void {
    const id = ids.get(symbol);
    if (id === undefined || over.signal.aborted) return;
    wanted.remove(symbol);
    listener.onRefused(id, error);
  }

  async function refuseUnknown(symbols: readonly string[]): Promise<void> {
    for (const [symbol, error] of await unknownOf(symbols, over.signal)) {
      if (ids.has(symbol)) tell('unsubscribe', [symbol]);
      refuse(symbol, error);
    }
  }

  /** Where it cannot be told, they stay subscribed: a check must not end what works. */
  async function check(symbols: readonly string[], known: readonly (() => void)[]): Promise<void> {
    await refuseUnknown(symbols).catch(() => undefined);
    if (!over.signal.aborted) for (const isThere of known) isThere();
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

  function symbolOf({ instrumentId, symbol: alias }: RequestedInstrument): string | undefined {
    try {
      const symbol = symbolAt('alpaca', { instrumentId, symbol: alias }, isUsExchange);
      const taken = ids.get(symbol);
      if (taken === instrumentId) return undefined;
      if (taken === undefined) return symbol;
      throw new ProviderError('PROVIDER_REFUSED', `alpaca: ${symbol} is ${taken} already`);
    } catch (error) {
      listener.onRefused(instrumentId, asProviderError(error));
      return undefined;
    }
  }

  return {
    subscribe(asked) {
      if (over.signal.aborted) return;
      const added: string[] = [];
      const known: (() => void)[] = [];
      for (const instrument of asked) {
        const symbol = symbolOf(instrument);
        if (symbol === undefined) continue;
        known.push(wanted.add(symbol, instrument.instrumentId));
        added.push(symbol);
      }
      tell('subscribe', added);
      checked = checked.then(() => check(added, known)); // one after the other
    },
    unsubscribe(gone) {
      if (over.signal.aborted) return;
      const left = new Set(gone);
      const symbols = [...ids].flatMap(([symbol, id]) => (left.has(id) ? [symbol] : []));
      for (const symbol of symbols) wanted.remove(symbol);
      tell('unsubscribe', symbols);
    },
    ended: ended.promise,
    async close() {
      finish({ kind: 'closed', error: undefined });
      await ended.promise;
    },
  };
}

function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError('PROVIDER_UNAVAILABLE', `alpaca: ${String(error)}`, { cause: error });
}
