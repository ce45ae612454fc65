import { ProviderError } from '../../platform/errors/index.ts';
import { openJsonSocket, type SocketPatience } from '../../platform/sockets/index.ts';
import {
  liveSymbols,
  symbolAt,
  type LiveConnection,
  type LiveData,
  type LiveListener,
  type RequestedInstrument,
  type VendorClock,
} from '../contract/index.ts';
import type { InstrumentList } from './instrument-list.ts';
import { EXCHANGE } from './mapper.ts';
import { readFrame, type FrameHearer } from './stream-frames.ts';
import { streamSubscriptions, SYMBOLS_PER_CONNECTION } from './stream-subscriptions.ts';

/** Binance pings every 20 s. */
const SILENCE_MS = 60_000;
/** It may do so for hours and send nothing else; of the quietest pair the best bid and ask change more often. */
const QUIET_MS = 300_000;

export interface BinanceLiveOptions {
  readonly wsUrl: string;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly vendorClock: VendorClock;
  readonly patience: SocketPatience | undefined;
  readonly instruments: InstrumentList;
  /** Ends connections and what is asked for them. */
  readonly closing: AbortSignal;
}

/** Trades, and the best bid and ask. @see https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams */
export function createLive(options: BinanceLiveOptions): LiveData {
  return {
    kind: 'trades',
    instrumentsPerConnection: SYMBOLS_PER_CONNECTION,
    silenceMs: SILENCE_MS,
    quietMs: QUIET_MS,
    connect: (listener, signal) => connect(options, listener, signal),
  };
}

async function connect(
  { wsUrl, clock, vendorClock, patience, instruments, closing }: BinanceLiveOptions,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<LiveConnection> {
  const symbols = liveSymbols(listener, (symbol) => subscriptions.isInEffect(symbol));
  const { ids } = symbols;
  const hearer: FrameHearer = {
    idOf: (symbol) => symbols.idOfData(symbol),
    onSent: vendorClock.sent,
    onTrade: (trade) => listener.onTrade(trade),
    onQuote: (update) => listener.onQuote(update),
    onAnswer: (id, error) => subscriptions.answered(id, error),
    onShutdown: () => socket.end({ kind: 'clean', error: undefined }),
  };
  const socket = await openJsonSocket(
    {
      name: 'binance',
      url: `${wsUrl.replace(/\/+$/, '')}/stream`,
      clock,
      patience,
      onHeard: () => listener.onHeard(),
      onMessage: (json) => readFrame(json, hearer),
    },
    AbortSignal.any([signal, closing]),
  );
  const over = new AbortController();
  let checked = Promise.resolve();
  const subscriptions = streamSubscriptions(socket, {
    onConfirmed: (confirmed) => symbols.confirmed(confirmed),
    onRefused: (refused, error) => refused.forEach((symbol) => refuse(symbol, error)),
  });
  const onClosing = (): void => {
    over.abort();
    void socket.close();
  };
  closing.addEventListener('abort', onClosing, { once: true });
  if (closing.aborted) onClosing();
  const ended = socket.ended.then((end) => {
    closing.removeEventListener('abort', onClosing);
    subscriptions.stop();
    over.abort();
    return end;
  });

  function refuse(symbol: string, error: ProviderError): void {
    const id = ids.get(symbol);
    if (id === undefined || over.signal.aborted) return;
    symbols.remove(symbol);
    subscriptions.want([...ids.keys()]);
    listener.onRefused(id, error);
  }

  /** Binance says nothing of names that it does not know. */
  async function refuseUnknown(asked: readonly RequestedInstrument[]): Promise<void> {
    for await (const [{ instrumentId, symbol }, error] of instruments.unknownOf(asked, over.signal))
      if (symbol !== undefined && ids.get(symbol) === instrumentId) refuse(symbol, error);
  }

  /** Where the list cannot be had, they stay subscribed: a check must not end what works. */
  async function check(asked: readonly RequestedInstrument[], known: readonly (() => void)[]): Promise<void> {
    await refuseUnknown(asked).catch(() => undefined);
    if (!over.signal.aborted) for (const isThere of known) isThere();
  }

  return {
    subscribe(asked) {
      if (over.signal.aborted) return;
      const added: RequestedInstrument[] = [];
      const known: (() => void)[] = [];
      for (const instrument of asked) {
        const { instrumentId } = instrument;
        const symbol = symbolOrRefusal(instrument, listener);
        const taken = symbol === undefined ? undefined : ids.get(symbol);
        if (taken !== undefined && taken !== instrumentId)
          listener.onRefused(
            instrumentId,
            new ProviderError('PROVIDER_REFUSED', `binance: ${symbol} is ${taken} already`),
          );
        if (symbol === undefined || taken !== undefined) continue;
        known.push(symbols.add(symbol, instrumentId));
        added.push({ ...instrument, symbol });
      }
      subscriptions.want([...ids.keys()]);
      // One after the other, so that the list is loaded once.
      checked = checked.then(() => check(added, known));
    },
    unsubscribe(gone) {
      if (over.signal.aborted) return;
      const left = new Set(gone);
      for (const [symbol, id] of ids) if (left.has(id)) symbols.remove(symbol);
      subscriptions.want([...ids.keys()]);
    },
    ended,
    async close() {
      over.abort();
      await socket.close();
      await ended;
    },
  };
}

function symbolOrRefusal(instrument: RequestedInstrument, listener: LiveListener): string | undefined {
  try {
    return symbolAt('binance', instrument, (exchange) => exchange === EXCHANGE);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    listener.onRefused(instrument.instrumentId, error);
    return undefined;
  }
}
