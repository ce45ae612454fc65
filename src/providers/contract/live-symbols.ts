import type { InstrumentId } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { symbolAt } from './asking.ts';
import type { LiveConnection, LiveData, LiveListener } from './live-connection.ts';
import type { RequestedInstrument } from './requested-instrument.ts';

export interface LiveSymbolsOptions {
  readonly vendor: string;
  readonly listener: Pick<LiveListener, 'onSubscribed' | 'onRefused'>;
  /** Whether an exchange's symbols are the vendor's. */
  readonly isSame: (exchange: string) => boolean;
  /** The vendor has confirmed the newest subscription to the symbol, and was not asked to end it. */
  readonly isInEffect: (symbol: string) => boolean;
  /** Asks the vendor for some more symbols, and for others no longer. */
  readonly tell: (come: readonly string[], gone: readonly string[]) => void;
  /** Those that the vendor does not know, each with the error that says so. */
  readonly unknownOf: (
    symbols: readonly string[],
    signal: AbortSignal,
  ) => AsyncIterable<readonly [string, ProviderError]>;
  /** The connection is. */
  readonly over: AbortSignal;
}

/** What is wanted of a connection whose vendor confirms subscriptions, but also those to symbols that it does not know. */
export interface LiveSymbols extends Pick<LiveConnection, 'subscribe' | 'unsubscribe'> {
  /** Whose each symbol is. */
  readonly ids: ReadonlyMap<string, InstrumentId>;
  /** The vendor has confirmed these. */
  confirmed(symbols: readonly string[]): void;
  /** The vendor does not give what it was asked for. */
  refuse(symbol: string, error: ProviderError): void;
  /** Whose the data is that came: `undefined` where it is not wanted, or is left over from a subscription before this. */
  idOfData(symbol: string): InstrumentId | undefined;
}

/** Tells of a subscription when it is in effect and its symbol exists, for which its data is as good as any check. */
export function liveSymbols(options: LiveSymbolsOptions): LiveSymbols {
  const { vendor, listener, isSame, isInEffect, tell, unknownOf, over } = options;
  const ids = new Map<string, InstrumentId>();
  /** Those that the listener waits for, and whether they are known to exist. */
  const waiting = new Map<string, { isKnown: boolean }>();
  let checked = Promise.resolve();

  function tellIfReady(symbol: string): void {
    const id = ids.get(symbol);
    if (id === undefined || waiting.get(symbol)?.isKnown !== true || !isInEffect(symbol)) return;
    waiting.delete(symbol);
    listener.onSubscribed(id);
  }

  function remove(symbol: string): void {
    ids.delete(symbol);
    waiting.delete(symbol);
  }

  function refuse(symbol: string, error: ProviderError): void {
    const id = ids.get(symbol);
    if (id === undefined || over.aborted) return;
    remove(symbol);
    listener.onRefused(id, error);
  }

  /** Where it cannot be told, they stay subscribed: a check must not end what works. */
  async function check(added: ReadonlyMap<string, { isKnown: boolean }>): Promise<void> {
    try {
      for await (const [symbol, error] of unknownOf([...added.keys()], over)) {
        if (over.aborted || !ids.has(symbol)) continue;
        refuse(symbol, error);
        tell([], [symbol]);
      }
    } catch {
      // what is heard of them shows that they exist
    }
    for (const [symbol, one] of over.aborted ? [] : added) {
      one.isKnown = true;
      tellIfReady(symbol);
    }
  }

  /** `undefined` where it is subscribed already, or refused. */
  function newSymbolOf(instrument: RequestedInstrument): string | undefined {
    try {
      const symbol = symbolAt(vendor, instrument, isSame);
      const taken = ids.get(symbol);
      if (taken === undefined) return symbol;
      if (taken === instrument.instrumentId) return undefined;
      throw new ProviderError('PROVIDER_REFUSED', `${vendor}: ${symbol} is ${taken} already`);
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      listener.onRefused(instrument.instrumentId, error);
      return undefined;
    }
  }

  return {
    ids,
    refuse,
    confirmed: (symbols) => symbols.forEach(tellIfReady),
    idOfData(symbol) {
      const one = waiting.size === 0 ? undefined : waiting.get(symbol);
      if (one !== undefined) {
        if (!isInEffect(symbol)) return undefined;
        one.isKnown = true;
        tellIfReady(symbol);
      }
      return ids.get(symbol);
    },
    subscribe(instruments) {
      if (over.aborted) return;
      const added = new Map<string, { isKnown: boolean }>();
      for (const instrument of instruments) {
        const symbol = newSymbolOf(instrument);
        if (symbol === undefined) continue;
        ids.set(symbol, instrument.instrumentId);
        added.set(symbol, { isKnown: false });
      }
      for (const [symbol, one] of added) waiting.set(symbol, one);
      tell([...added.keys()], []);
      checked = checked.then(() => check(added)); // one after the other, so that a list is loaded once
    },
    unsubscribe(instruments) {
      if (over.aborted) return;
      const left = new Set(instruments);
      const gone = [...ids].flatMap(([symbol, id]) => (left.has(id) ? [symbol] : []));
      gone.forEach(remove);
      tell([], gone);
    },
  };
}

/** Connects as `connect` does; what is connected, or is about to be, ends with `closing`. */
export function untilClosing(closing: AbortSignal, connect: LiveData['connect']): LiveData['connect'] {
  return async (listener, signal) => {
    const connection = await connect(listener, AbortSignal.any([signal, closing]));
    const onClosing = (): void => void connection.close();
    closing.addEventListener('abort', onClosing, { once: true });
    if (closing.aborted) onClosing();
    void connection.ended.then(() => closing.removeEventListener('abort', onClosing));
    return connection;
  };
}
