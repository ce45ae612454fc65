import type { InstrumentId, QuoteUpdate } from '../../market/index.ts';
import type { LiveConnection, LiveData, LiveListener, RequestedInstrument, VendorClock } from '../contract/index.ts';
import { connect, type Connection, type ConnectionOptions } from './connection.ts';
import { sessionRefused, symbolRefused } from './failures.ts';
import { NO_VALUE } from './mapper.ts';
import { readQuoteData, textOf, type WireMessage, type WireQuoteValues } from './schema.ts';
import { newSessionId } from './session-id.ts';

/** Neither the vendor's bound nor one of its messages is known: what its own pages ask for is far more. */
const INSTRUMENTS_PER_CONNECTION = 200;
const SYMBOLS_PER_MESSAGE = 50;
const FIELDS = ['lp', 'lp_time', 'volume', 'bid', 'bid_size', 'ask', 'ask_size'];

/**
 * Quotes over a socket of their own, so that a long load of history delays none. The vendor does not say that it
 * accepts a token: one that it refuses ends the connection right after it is made.
 * @param closing ends connections and what is asked for them
 */
export function liveQuotes(options: ConnectionOptions, closing: AbortSignal): LiveData {
  return {
    kind: 'quotes',
    instrumentsPerConnection: INSTRUMENTS_PER_CONNECTION,
    silenceMs: options.limits.silenceMs,
    async connect(listener, signal) {
      const onHeard = (): void => listener.onHeard();
      const connection = await connect({ ...options, onHeard }, AbortSignal.any([signal, closing]));
      const live = openQuotes(connection, listener, options.vendorClock);
      const onClosing = (): void => void live.close();
      closing.addEventListener('abort', onClosing, { once: true });
      if (closing.aborted) onClosing();
      void live.ended.then(() => closing.removeEventListener('abort', onClosing));
      return live;
    },
  };
}

function openQuotes(connection: Connection, listener: LiveListener, { happened }: VendorClock): LiveConnection {
  const id = newSessionId('qs');
  const symbols = new Map<InstrumentId, string>();
  /** Those that the vendor has shown to be subscribed. */
  const confirmed = new Set<InstrumentId>();

  function onMessage({ m: method, p }: WireMessage): void {
    if (method === 'critical_error') return connection.fail(sessionRefused(textOf(p[1]), textOf(p[2])));
    if (method !== 'qsd') return; // quote_completed: the first values of a symbol are all there
    const { n: symbol, s: status, errmsg: reason = status, v: values } = readQuoteData(p[1]);
    for (const instrumentId of instrumentsOf(symbol)) {
      if (status !== 'ok') {
        refuse(instrumentId, symbol, reason);
        continue;
      }
      confirm(instrumentId);
      if (values !== undefined) tell({ instrumentId, ...updateOf(values) });
    }
  }

  /** More than one where aliases name the same; none where the symbol is no longer wanted, or never was. */
  function instrumentsOf(symbol: string): InstrumentId[] {
    return [...symbols].filter(([, wanted]) => wanted === symbol).map(([instrumentId]) => instrumentId);
  }

  function refuse(instrumentId: InstrumentId, symbol: string, reason: string): void {
    remove([instrumentId]);
    listener.onRefused(instrumentId, symbolRefused(symbol, reason));
  }

  function confirm(instrumentId: InstrumentId): void {
    if (confirmed.has(instrumentId)) return;
    confirmed.add(instrumentId);
    listener.onSubscribed(instrumentId);
  }

  function tell(update: QuoteUpdate): void {
    if (update.eventTime !== undefined) happened(update.eventTime);
    if (Object.keys(update).length > 1) listener.onQuote(update);
  }

  function remove(instruments: readonly InstrumentId[]): void {
    const left = instruments.flatMap((instrumentId) => {
      const symbol = symbols.get(instrumentId);
      symbols.delete(instrumentId);
      confirmed.delete(instrumentId);
      return symbol === undefined || instrumentsOf(symbol).length > 0 ? [] : [symbol];
    });
    sendInBatches('quote_remove_symbols', left);
  }

  function sendInBatches(method: string, wanted: readonly string[]): void {
    for (let at = 0; at < wanted.length && connection.isOpen; at += SYMBOLS_PER_MESSAGE)
      connection.send(method, [id, ...wanted.slice(at, at + SYMBOLS_PER_MESSAGE)]);
  }

  connection.join(id, { onMessage, onFailure: (failure) => connection.fail(failure) });
  if (connection.isOpen) {
    connection.send('quote_create_session', [id]);
    connection.send('quote_set_fields', [id, ...FIELDS]);
  }
  return {
    subscribe(instruments: readonly RequestedInstrument[]) {
      const added = instruments.filter(({ instrumentId }) => !symbols.has(instrumentId));
      for (const { instrumentId, symbol = instrumentId } of added) symbols.set(instrumentId, symbol);
      sendInBatches('quote_add_symbols', [...new Set(added.map(({ instrumentId, symbol = instrumentId }) => symbol))]);
      // A symbol that the session has already is not told again.
      for (const { instrumentId, symbol = instrumentId } of added)
        if (connection.isOpen && instrumentsOf(symbol).some((other) => confirmed.has(other))) confirm(instrumentId);
    },
    unsubscribe: remove,
    ended: connection.ended,
    async close() {
      connection.leave(id);
      await connection.close();
    },
  };
}

/** What is not told stays as it was. */
function updateOf(values: WireQuoteValues): Omit<QuoteUpdate, 'instrumentId'> {
  const seconds = known(values.lp_time);
  const update = {
    eventTime: seconds === undefined ? undefined : Math.round(seconds * 1_000),
    last: known(values.lp),
    dayVolume: known(values.volume),
    bid: known(values.bid),
    bidSize: known(values.bid_size),
    ask: known(values.ask),
    askSize: known(values.ask_size),
  };
  return Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined));
}

function known(value: number | null | undefined): number | undefined {
  return value === null || value === NO_VALUE ? undefined : value;
}
