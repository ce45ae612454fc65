import { BAR_INTERVALS } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { MarketDataProvider, ProviderInstrument } from '../contract/index.ts';
import { isOf, listBarFiles, type BarFile } from './bar-files.ts';
import { fetchBars } from './fetch-bars.ts';

/** A request reads its file from the beginning, so that a few large ones are quicker than many small ones. */
const BARS_PER_REQUEST = 1_000_000;
const MOST_FOUND = 50;

export interface FilesOptions {
  /**
   * Holds a file for each series, `EXCHANGE_SYMBOL_INTERVAL.csv` or `.ndjson`, each also with `.gz`:
   * `COINBASE_BTCUSD_1m.csv`; case matters. Columns, or fields of an object a line: `openTime` or `time` (RFC 3339, or
   * epoch s or ms), `open`, `high`, `low`, `close` and, if known, `volume`; ascending by time, raw prices, final.
   * Between its first and last row a file is taken to be whole: an interval without a row had no trades.
   */
  readonly folder: string;
}

/** Bars out of files: to replay, to test, or where there is no network. Nothing is kept, so files may change. */
export function createFiles({ folder }: FilesOptions): MarketDataProvider {
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
      const found = instrumentsOf(await listBarFiles(folder));
      return found
        .filter(({ instrumentId, symbol }) => `${instrumentId} ${symbol}`.includes(wanted))
        .slice(0, MOST_FOUND);
    },
    describeInstrument: async (instrument) => {
      const file = (await listBarFiles(folder)).find((one) => isOf(one, instrument));
      if (file !== undefined) return instrumentOf(file);
      const wanted = instrument.symbol ?? instrument.instrumentId;
      throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `files: no file in ${folder} has bars of ${wanted}`);
    },
    close: () => Promise.resolve(),
  };
}

function instrumentsOf(files: readonly BarFile[]): ProviderInstrument[] {
  return [...new Map(files.map((file) => [file.symbol, instrumentOf(file)])).values()];
}

function instrumentOf({ instrumentId, symbol }: BarFile): ProviderInstrument {
  return { instrumentId, symbol, name: undefined, assetType: undefined, currency: undefined, priceDecimals: undefined };
}
