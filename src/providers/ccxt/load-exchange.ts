import { ProviderError } from '../../platform/errors/index.ts';
import type { CcxtExchange } from './schema.ts';

/** Not a literal, so that nothing wants to find it before it is asked for. */
const LIBRARY: string = 'ccxt';

/**
 * Of binance spot markets alone, from the host of its public data: its others are refused in some countries, and the
 * library asks futures for their list as well. binanceusdm and binancecoinm are those.
 */
const CONFIGS: ReadonlyMap<string, object> = new Map([
  [
    'binance',
    {
      options: { fetchMarkets: { types: ['spot'] } },
      urls: { api: { public: 'https://data-api.binance.vision/api/v3' } },
    },
  ],
]);

/**
 * An exchange as the library makes it, which is large, optional, and loaded by the first who needs it.
 * @throws ProviderError `PROVIDER_REFUSED` if the library is not installed, or knows no such exchange with bars
 */
export async function loadExchange(name: string, exchange: string): Promise<CcxtExchange> {
  const library = await importLibrary(name);
  const Exchange = Object.hasOwn(library, exchange) ? library[exchange] : undefined;
  if (typeof Exchange !== 'function' || !isListed(library, exchange))
    throw new ProviderError('PROVIDER_REFUSED', `${name}: ccxt knows no exchange ${exchange}`);
  const made = new (Exchange as new (config: object) => CcxtExchange)(CONFIGS.get(exchange) ?? {});
  if (made.has.fetchOHLCV === true) return made;
  throw new ProviderError('PROVIDER_REFUSED', `${name}: the exchange has no bars of its own`);
}

async function importLibrary(name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { default: library } = (await import(LIBRARY)) as { readonly default: Readonly<Record<string, unknown>> };
    return library;
  } catch (error) {
    const told = `${name}: the library ccxt is not installed here; add it by npm install ccxt`;
    throw new ProviderError('PROVIDER_REFUSED', told, { cause: error });
  }
}

function isListed({ exchanges }: Readonly<Record<string, unknown>>, exchange: string): boolean {
  return Array.isArray(exchanges) && exchanges.includes(exchange);
}
