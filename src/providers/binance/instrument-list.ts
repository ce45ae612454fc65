import type { Requester } from '../../platform/requests/index.ts';
import { symbolAt, type ProviderInstrument, type RequestedInstrument } from '../contract/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { EXCHANGE, instrumentOf } from './mapper.ts';
import { readExchangeInfo } from './schema.ts';

const KEPT_MS = 3_600_000;
const MOST_KEPT = 20_000;
const MOST_FOUND = 50;
const WEIGHT = 20;
/** So many are asked for one by one; for more the whole list is looked at first. */
const FEW = 5;

export interface InstrumentList {
  search(text: string, signal: AbortSignal): Promise<readonly ProviderInstrument[]>;
  describe(instrument: RequestedInstrument, signal: AbortSignal): Promise<ProviderInstrument>;
  /** Those of the symbols that Binance does not know, each with the error that says so. */
  unknownOf(symbols: readonly string[], signal: AbortSignal): AsyncIterable<readonly [string, ProviderError]>;
}

/** What Binance trades. The whole list is large, so it is kept for an hour. */
export function createInstrumentList(requester: Requester, elapsed: () => number): InstrumentList {
  let kept: { readonly until: number; readonly instruments: readonly ProviderInstrument[] } | undefined;

  async function load(params: { readonly symbol?: string }, signal: AbortSignal): Promise<ProviderInstrument[]> {
    const asked = { weight: WEIGHT, priority: 'fresh', signal } as const;
    const { json } = await requester.getJson('/api/v3/exchangeInfo', params, asked);
    return readExchangeInfo(json).symbols.flatMap((symbol) => instrumentOf(symbol) ?? []);
  }

  async function all(signal: AbortSignal): Promise<readonly ProviderInstrument[]> {
    if (kept === undefined || kept.until <= elapsed()) {
      const instruments = await load({}, signal);
      kept = { until: elapsed() + KEPT_MS, instruments: instruments.slice(0, MOST_KEPT) };
    }
    return kept.instruments;
  }

  async function describe(symbol: string, signal: AbortSignal): Promise<ProviderInstrument> {
    const found = (await load({ symbol }, signal)).find((one) => one.symbol === symbol);
    if (found !== undefined) return found;
    throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `binance: no instrument ${symbol}`);
  }

  return {
    async search(text, signal) {
      const wanted = text.toUpperCase();
      const found = (await all(signal)).filter(
        ({ symbol, name }) => symbol.includes(wanted) || name?.toUpperCase().includes(wanted) === true,
      );
      return found.slice(0, MOST_FOUND);
    },
    describe: async (instrument, signal) =>
      describe(
        symbolAt('binance', instrument, (exchange) => exchange === EXCHANGE),
        signal,
      ),
    async *unknownOf(symbols, signal) {
      const listed = symbols.length <= FEW ? [] : await all(signal);
      const known = new Set(listed.map(({ symbol }) => symbol));
      // One that is missing may have been listed since the list was kept.
      for (const symbol of symbols.filter((wanted) => !known.has(wanted))) {
        try {
          await describe(symbol, signal);
        } catch (error) {
          if (!(error instanceof ProviderError && error.code === 'PROVIDER_SYMBOL_UNKNOWN')) throw error;
          yield [symbol, error];
        }
      }
    },
  };
}
