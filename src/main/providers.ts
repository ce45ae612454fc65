import type { ProviderConfig } from '../config/index.ts';
import { createAlpaca } from '../providers/alpaca/index.ts';
import { createBinance } from '../providers/binance/index.ts';
import type { MarketDataProvider, VendorClockOptions } from '../providers/contract/index.ts';
import { createCcxt } from '../providers/ccxt/index.ts';
import { createFiles } from '../providers/files/index.ts';
import { createSimulated } from '../providers/simulated/index.ts';
import { createTradingView } from '../providers/tradingview/index.ts';
import { createYahoo } from '../providers/yahoo/index.ts';

export type Providers = ReadonlyMap<string, MarketDataProvider>;

/**
 * Every provider that bars can be fetched from, by name. None connects before it is used.
 * @param warn hears of what vendors tell that cannot be, and is left out
 */
export function createProviders(
  configs: Readonly<Record<string, ProviderConfig>>,
  clocks: VendorClockOptions,
  warn: (problem: Error) => void,
  more: readonly MarketDataProvider[] = [],
): Providers {
  const { alpaca = {}, binance = {}, ccxt = {}, files = {}, tradingview = {}, yahoo = {} } = configs;
  const exchanges = (ccxt.exchanges ?? '').split(',').map((exchange) => exchange.trim());
  const all: MarketDataProvider[] = [
    createSimulated(clocks),
    createBinance({ ...clocks, ...binance, baseUrl: binance.url }),
    createYahoo({ ...clocks, ...yahoo, baseUrl: yahoo.url, warn }),
    createAlpaca({ ...clocks, ...alpaca, baseUrl: alpaca.url }),
    ...exchanges.filter((exchange) => exchange !== '').map((exchange) => createCcxt({ exchange, ...clocks })),
    ...(files.folder === undefined ? [] : [createFiles({ ...files, folder: files.folder, clock: clocks.clock })]),
    createTradingView({
      ...clocks,
      wsUrl: tradingview.wsUrl ?? 'wss://data.tradingview.com',
      searchUrl: tradingview.url ?? 'https://symbol-search.tradingview.com',
      token: tradingview.key,
    }),
    ...more,
  ];
  return new Map(all.map((provider) => [provider.name, provider]));
}
