import type { Layout } from './layout.ts';

export const massive: Layout = {
  name: 'massive',
  vendor: 'Massive (Polygon.io), flat files and aggregates',
  example:
    'ticker,volume,open,close,high,low,window_start,transactions\nAAPL,4930,200.29,200.5,200.63,200.29,1744792500000000000,129',
  file: '2025-04-16.csv.gz',
  importedWith: '--exchange NASDAQ --interval 1m',
  facts:
    'Times are epoch nanoseconds in flat files and milliseconds in answers of the API. Many tickers a file: import with --exchange.',
};
