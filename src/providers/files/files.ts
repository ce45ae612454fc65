import { BAR_INTERVALS } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { MarketDataProvider, ProviderInstrument } from '../contract/index.ts';
import { isOf, listFiles, type DataFile } from './bar-files.ts';
import { fetchBars } from './fetch-bars.ts';
import type { FilesOptions } from './options.ts';
import { replay } from './replay.ts';

/** A request reads its file from the beginning, so that a few large ones are quicker than many small ones. */
const BARS_PER_REQUEST = 1_000_000;
const MOST_FOUND = 50;

/**
 * Bars out of files: to replay, to test, or where there is no network. Nothing is kept, so files may change. Live it
 * plays an instrument's trades, `EXCHANGE_SYMBOL_trades.csv` or `.ndjson` with `eventTime` (or `time`), `price`, `size`
 * and, if known, `side` of the taker; without such a file, prices in the order that the finest bars allow.
 */
export function createFiles(options: FilesOptions): MarketDataProvider {
  const { folder } = options;
  return {
    name: 'files',
    isSynthetic: false,
    basis: 'raw',
    intervals: BAR_INTERVALS,
    barsPerRequest: BARS_PER_REQUEST,
    finalityDelayMs: () => 0,
    reachOf: () => undefined,
    fetchBars: (request) => fetchBars(folder, request),
    searchInstruments: async (text) => {
      const wanted = text.toUpperCase();
      const found = await instrumentsIn(folder);
      return found
        .filter(({ instrumentId, symbol }) => `${instrumentId} ${symbol}`.includes(wanted))
        .slice(0, MOST_FOUND);
    },
    describeInstrument: async (instrument) => {
      const { bars, trades } = await listFiles(folder);
      const file = [...bars, ...trades].find((one) => isOf(one, instrument));
      if (file !== undefined) return instrumentOf(file);
      const wanted = instrument.symbol ?? instrument.instrumentId;
      throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `files: no file in ${folder} has bars or trades of ${wanted}`);
    },
    live: replay(options),
    close: () => Promise.resolve(),
  };
}

async function instrumentsIn(folder: string): Promise<ProviderInstrument[]> {
  const { bars, trades } = await listFiles(folder);
  return [...new Map([...bars, ...trades].map((file) => [file.symbol, instrumentOf(file)])).values()];
}

function instrumentOf({ instrumentId, symbol }: DataFile): ProviderInstrument {
  return { instrumentId, symbol, name: undefined, assetType: undefined, currency: undefined, priceDecimals: undefined };
}
