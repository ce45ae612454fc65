import type { Timer } from '../../platform/requests/index.ts';

export interface FilesOptions {
  /**
   * Holds a file for each series, `EXCHANGE_SYMBOL_INTERVAL.csv` or `.ndjson`, each also with `.gz`:
   * `COINBASE_BTCUSD_1m.csv`; case matters. Columns, or fields of an object a line, are those of `pocketquant import`;
   * ascending by time, raw prices, final.
   * Between its first and last row a file is taken to be whole: an interval without a row had no trades. Rows of volume
   * 0 are bars as they stand.
   */
  readonly folder: string;
  /** UTC epoch ms: where a replay puts what it plays. */
  readonly clock: () => number;
  readonly timer?: Timer;
  /** How many times faster than it happened a replay goes. */
  readonly speed?: number;
}
