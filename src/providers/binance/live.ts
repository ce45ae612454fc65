import { openJsonSocket, type SocketPatience } from '../../platform/sockets/index.ts';
import {
  liveSymbols,
  untilClosing,
  type LiveConnection,
  type LiveData,
  type LiveListener,
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
    connect: untilClosing(options.closing, (listener, signal) => connect(options, listener, signal)),
  };
}

async function connect(
  { wsUrl, clock, vendorClock, patience, instruments }: BinanceLiveOptions,
  listener: LiveListener,
  signal: AbortSignal,
): Promise<LiveConnection> {
  const over = new AbortController();
  const wanted = liveSymbols({
    vendor: 'binance',
    listener,
    isSame: (exchange) => exchange === EXCHANGE,
    isInEffect: (symbol) => streams.isInEffect(symbol),
    tell: () => streams.want([...wanted.ids.keys()]),
    unknownOf: instruments.unknownOf,
    over: over.signal,
  });
  const hearer: FrameHearer = {
    idOf: wanted.idOfData,
    onSent: vendorClock.sent,
    onTrade: (trade) => listener.onTrade(trade),
    onQuote: (update) => listener.onQuote(update),
    onAnswer: (id, error) => streams.answered(id, error),
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
    signal,
  );
  const streams = streamSubscriptions(socket, {
    onConfirmed: wanted.confirmed,
    onRefused(refused, error) {
      for (const symbol of refused) wanted.refuse(symbol, error);
      if (!over.signal.aborted) streams.want([...wanted.ids.keys()]);
    },
  });
  const ended = socket.ended.then((end) => {
    streams.stop();
    over.abort();
    return end;
  });

  return {
    subscribe: wanted.subscribe,
    unsubscribe: wanted.unsubscribe,
    ended,
    async close() {
      over.abort();
      await socket.close();
      await ended;
    },
  };
}
