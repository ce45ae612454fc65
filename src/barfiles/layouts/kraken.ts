import type { Layout } from './layout.ts';

export const kraken: Layout = {
  name: 'kraken',
  vendor: 'Kraken, downloadable OHLCVT',
  example: '1704067200,42285.5,42297.4,42277.0,42277.0,0.62310413,21',
  file: 'XBTUSD_1.csv',
  importedWith: '--instrument KRAKEN:BTCUSD --interval 1m',
  facts:
    'No header; epoch seconds; the last column counts trades. Minutes without a trade have no row. Answers of the API have the average price before the volume.',
  columns: ['openTime,open,high,low,close,volume,trades', 'openTime,open,high,low,close,vwap,volume,trades'],
};
