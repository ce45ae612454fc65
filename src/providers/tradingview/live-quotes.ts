import type { InstrumentId, QuoteUpdate } from '../../market/index.ts';
import type { ProviderError } from '../../platform/errors/index.ts';
import {
  untilClosing,
  type LiveConnection,
  type LiveData,
  type LiveListener,
  type RequestedInstrument,
  type VendorClock,
} from '../contract/index.ts';
import { connect, type Connection, type ConnectionOptions } from './connection.ts';
import { isInvalidParameters, sessionRefused, symbolRefused, symbolUnknown, timedOut } from './failures.ts';
import { NO_VALUE } from './mapper.ts';
import { readQuoteData, textOf, type WireMessage, type WireQuoteValues } from './schema.ts';
import { newSessionId } from './session-id.ts';

/** Neither the vendor's bound nor one of its messages is known: what its own pages ask for is far more. */
const INSTRUMENTS_PER_CONNECTION = 200;
const SYMBOLS_PER_MESSAGE = 50;
/** Quotes of what trades day and night change more often. */
const QUIET_MS = 300_000;
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
    quietMs: QUIET_MS,
    connect: untilClosing(closing, async (listener, signal) => {
      const connection = await connect({ ...options, onHeard: () => listener.onHeard() }, signal);
      return openQuotes(connection, listener, options.vendorClock, options.limits.answerMs);
    }),
  };
}

/** A quote session of the vendor. What it does not accept ends it with all of its symbols. */
interface QuoteSession {
  readonly id: string;
  readonly symbols: Set<string>;
}

function openQuotes(
  connection: Connection,
  listener: LiveListener,
  { happened }: VendorClock,
  firstQuoteMs: number,
): LiveConnection {
  const symbols = new Map<InstrumentId, string>();
  /** Those that the vendor has shown to be subscribed. */
  const confirmed = new Set<InstrumentId>();
  const sessions = new Map<string, QuoteSession>();
  /** Symbols whose first quote has not come, with the end of the wait. */
  const awaited = new Map<string, NodeJS.Timeout>();
  let newest: QuoteSession | undefined = openSession();
  let isAnswering = false;

  function openSession(): QuoteSession {
    const session = { id: newSessionId('qs'), symbols: new Set<string>() };
    const onFailure = (failure: ProviderError): void => connection.fail(failure);
    connection.join(session.id, { onMessage: (message) => onMessage(session, message), onFailure });
    if (connection.isOpen) {
      connection.send('quote_create_session', [session.id]);
      connection.send('quote_set_fields', [session.id, ...FIELDS]);
    }
    return session;
  }

  function onMessage(session: QuoteSession, { m: method, p }: WireMessage): void {
    if (method === 'critical_error') return onDead(session, textOf(p[1]), textOf(p[2]));
    if (method !== 'qsd') return; // quote_completed: the first values of a symbol are all there
    const { n: symbol, s: status, errmsg: reason = status, v: values } = readQuoteData(p[1]);
    isAnswering = true;
    stopWaiting(symbol);
    if (status !== 'ok') return refuse(symbol, symbolRefused(symbol, reason));
    for (const instrumentId of instrumentsOf(symbol)) {
      confirm(instrumentId);
      if (values !== undefined) tell({ instrumentId, ...updateOf(values) });
    }
  }

  /**
   * One symbol that the vendor does not accept takes the others of its session with it. Those that were not confirmed
   * yet are asked for again in halves, until it is alone; the others are apart from them.
   */
  function onDead(session: QuoteSession, reason: string, detail: string): void {
    connection.leave(session.id);
    const lost = [...session.symbols];
    const [proven, suspects] = [lost.filter(isConfirmed), lost.filter((symbol) => !isConfirmed(symbol))];
    const death = sessionRefused(reason, detail);
    if (!isInvalidParameters(reason) || isOfAnotherMethod(detail) || suspects.length === 0)
      return connection.fail(death);
    if (session === newest) newest = undefined;
    for (const symbol of lost) forgetSession(symbol);
    if (suspects.length === 1) refuse(suspects[0], symbolUnknown(suspects[0], death));
    const middle = suspects.length >> 1;
    const parts = suspects.length === 1 ? [proven] : [proven, suspects.slice(0, middle), suspects.slice(middle)];
    for (const part of parts) if (part.length > 0) add(openSession(), part);
  }

  function forgetSession(symbol: string): void {
    stopWaiting(symbol);
    sessions.delete(symbol);
    for (const instrumentId of instrumentsOf(symbol)) confirmed.delete(instrumentId);
  }

  /** More than one where aliases name the same; none where the symbol is no longer wanted, or never was. */
  function instrumentsOf(symbol: string): InstrumentId[] {
    return [...symbols].filter(([, wanted]) => wanted === symbol).map(([instrumentId]) => instrumentId);
  }

  function isConfirmed(symbol: string): boolean {
    return instrumentsOf(symbol).some((instrumentId) => confirmed.has(instrumentId));
  }

  function refuse(symbol: string, error: ProviderError): void {
    const refused = instrumentsOf(symbol);
    remove(refused);
    for (const instrumentId of refused) listener.onRefused(instrumentId, error);
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

  function add(session: QuoteSession, added: readonly string[]): void {
    for (const symbol of added) {
      session.symbols.add(symbol);
      sessions.set(symbol, session);
      stopWaiting(symbol);
      if (connection.isOpen)
        awaited.set(
          symbol,
          setTimeout(() => onSilent(symbol), firstQuoteMs),
        );
    }
    sendInBatches('quote_add_symbols', session, added);
  }

  /** Heartbeats alone are no life: a vendor that has sent no quote at all sends none, as for a token that expired. */
  function onSilent(symbol: string): void {
    const error = timedOut(`send a first quote of ${symbol}`, firstQuoteMs);
    if (isAnswering) refuse(symbol, error);
    else connection.fail(error);
  }

  function stopWaiting(symbol: string): void {
    clearTimeout(awaited.get(symbol));
    awaited.delete(symbol);
  }

  function remove(instruments: readonly InstrumentId[]): void {
    const left = new Set<string>();
    for (const instrumentId of instruments) {
      const symbol = symbols.get(instrumentId);
      symbols.delete(instrumentId);
      confirmed.delete(instrumentId);
      if (symbol !== undefined && instrumentsOf(symbol).length === 0) left.add(symbol);
    }
    for (const [session, gone] of Map.groupBy(left, (symbol) => sessions.get(symbol))) {
      for (const symbol of gone) forgetSession(symbol);
      for (const symbol of gone) session?.symbols.delete(symbol);
      if (session !== undefined) sendInBatches('quote_remove_symbols', session, gone);
    }
  }

  function sendInBatches(method: string, { id }: QuoteSession, wanted: readonly string[]): void {
    for (let at = 0; at < wanted.length && connection.isOpen; at += SYMBOLS_PER_MESSAGE)
      connection.send(method, [id, ...wanted.slice(at, at + SYMBOLS_PER_MESSAGE)]);
  }

  const stopAll = (): void => [...awaited.keys()].forEach(stopWaiting);
  void connection.ended.then(stopAll);
  return {
    subscribe(instruments: readonly RequestedInstrument[]) {
      const added = instruments.filter(({ instrumentId }) => !symbols.has(instrumentId));
      for (const { instrumentId, symbol = instrumentId } of added) symbols.set(instrumentId, symbol);
      const wanted = new Set(added.map(({ instrumentId, symbol = instrumentId }) => symbol));
      newest ??= openSession();
      add(
        newest,
        [...wanted].filter((symbol) => !sessions.has(symbol)),
      );
      // A symbol that the session has already is not told again.
      for (const { instrumentId, symbol = instrumentId } of added)
        if (connection.isOpen && isConfirmed(symbol)) confirm(instrumentId);
    },
    unsubscribe: remove,
    ended: connection.ended,
    async close() {
      stopAll();
      for (const { id } of new Set([...sessions.values(), ...(newest === undefined ? [] : [newest])]))
        connection.leave(id);
      await connection.close();
    },
  };
}

/** The vendor names the message that it did not accept. */
function isOfAnotherMethod(detail: string): boolean {
  const method = /method: (\w+)/.exec(detail)?.[1];
  return method !== undefined && method !== 'quote_add_symbols';
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
