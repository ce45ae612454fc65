import type { Layout } from './layout.ts';

export const databento: Layout = {
  name: 'databento',
  vendor: 'Databento, OHLCV schemas as CSV',
  example:
    'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume,symbol\n2024-01-02T14:30:00.000000000Z,33,1,5482,4786.750000000,4790.250000000,4786.500000000,4789.000000000,1204,ESH4',
  file: 'glbx-mdp3-20240102.ohlcv-1m.csv.zst',
  importedWith: '--instrument CME:ESH4 --interval 1m',
  facts: 'Without pretty_px prices are whole numbers of 1e-9; without pretty_ts times are epoch nanoseconds.',
  signature: ['ts_event', 'rtype', 'publisher_id'],
  priceUnit: 1e9,
};
