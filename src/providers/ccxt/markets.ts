import { ProviderError } from '../../platform/errors/index.ts';
import { within } from '../../platform/waiting/index.ts';
import { symbolAt, type ProviderInstrument, type RequestedInstrument } from '../contract/index.ts';
import type { CallOptions, SharedExchange } from './exchange.ts';
import { listMarkets, type MarketList } from './market-list.ts';
import { marketsReader, type Market } from './schema.ts';

const KEPT_MS = 3_600_000;

export interface MarketsOptions {
  readonly name: string;
  /** Of InstrumentIds: `BINANCE`. */
  readonly exchangeName: string;
  readonly elapsed: () => number;
}

export interface Markets {
  /** @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` */
  find(instrument: RequestedInstrument, options: CallOptions): Promise<Market>;
  search(text: string, signal: AbortSignal): Promise<readonly ProviderInstrument[]>;
  describe(instrument: RequestedInstrument, signal: AbortSignal): Promise<ProviderInstrument>;
}

/** What an exchange trades; the list is kept for an hour, a failure is not. */
export function createMarkets(shared: SharedExchange, { name, exchangeName, elapsed }: MarketsOptions): Markets {
  const readMarkets = marketsReader(name);
  let kept: { readonly until: number; readonly list: Promise<MarketList> } | undefined;

  async function list(signal: AbortSignal): Promise<MarketList> {
    signal.throwIfAborted();
    if (kept === undefined || kept.until <= elapsed()) {
      const loading = load().catch((error: unknown) => {
        kept = undefined;
        throw error;
      });
      kept = { until: elapsed() + KEPT_MS, list: loading };
    }
    const { list: known } = kept;
    return within({ signal }, () => known);
  }

  /** For all who wait for it, so that no one's signal ends it. */
  async function load(): Promise<MarketList> {
    const options: CallOptions = { signal: new AbortController().signal, priority: 'fresh' };
    const { value } = await shared.call(async (exchange) => {
      // Anew each time: the library keeps a failure as it does a list.
      await exchange.loadMarkets(true);
      return { markets: Object.values(exchange.markets ?? {}), precisionMode: exchange.precisionMode };
    }, options);
    return listMarkets(readMarkets(value.markets), value.precisionMode, exchangeName);
  }

  const codeOf = (instrument: RequestedInstrument): string =>
    symbolAt(name, instrument, (exchange) => exchange === exchangeName);

  function found(markets: MarketList, wanted: string): Market {
    const market = markets.find(wanted);
    if (market !== undefined) return market;
    throw new ProviderError(
      'PROVIDER_SYMBOL_UNKNOWN',
      `${name}: none or several markets are called ${wanted}; an alias can name one by the symbol of ccxt`,
    );
  }

  return {
    find: async (instrument, { signal }) => {
      const wanted = codeOf(instrument);
      return found(await list(signal), wanted);
    },
    search: async (text, signal) => (await list(signal)).search(text),
    describe: async (instrument, signal) => {
      const wanted = codeOf(instrument);
      const markets = await list(signal);
      return { ...markets.describe(found(markets, wanted)), instrumentId: instrument.instrumentId };
    },
  };
}
