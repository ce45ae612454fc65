import type { InstrumentId } from '../../market/index.ts';
import type { LiveListener } from './live-connection.ts';

/** What is wanted of a connection whose vendor confirms subscriptions, but also those to symbols that it does not know. */
export interface LiveSymbols {
  readonly ids: ReadonlyMap<string, InstrumentId>;
  /** @returns what to call once the symbol is known to be one of the vendor's, or cannot be checked */
  add(symbol: string, instrumentId: InstrumentId): () => void;
  remove(symbol: string): void;
  /** The vendor has confirmed these. */
  confirmed(symbols: readonly string[]): void;
  /** Whose the data is that came: `undefined` where it is not wanted, or is left over from a subscription before this. */
  idOfData(symbol: string): InstrumentId | undefined;
}

/**
 * Tells of a subscription when it is in effect and its symbol exists, for which its data is as good as any check.
 * @param isInEffect the vendor has confirmed the newest subscription to the symbol, and was not asked to end it
 */
export function liveSymbols(
  listener: Pick<LiveListener, 'onSubscribed'>,
  isInEffect: (symbol: string) => boolean,
): LiveSymbols {
  const ids = new Map<string, InstrumentId>();
  /** Those that the listener waits for, and whether they are known to exist. */
  const waiting = new Map<string, { isKnown: boolean }>();

  function tellIfReady(symbol: string): void {
    const id = ids.get(symbol);
    if (id === undefined || waiting.get(symbol)?.isKnown !== true || !isInEffect(symbol)) return;
    waiting.delete(symbol);
    listener.onSubscribed(id);
  }

  return {
    ids,
    add(symbol, instrumentId) {
      const one = { isKnown: false };
      ids.set(symbol, instrumentId);
      waiting.set(symbol, one);
      return () => {
        one.isKnown = true;
        tellIfReady(symbol);
      };
    },
    remove(symbol) {
      ids.delete(symbol);
      waiting.delete(symbol);
    },
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
  };
}
