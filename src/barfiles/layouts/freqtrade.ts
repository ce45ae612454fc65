import type { Layout } from './layout.ts';

export const freqtrade: Layout = {
  name: 'freqtrade',
  vendor: 'freqtrade, JSON and Feather',
  example: '[[1704067200000,42283.58,42298.62,42261.02,42298.61,35.92]]',
  file: 'BTC_USDT-1m.json',
  importedWith: '--instrument BINANCE:BTCUSDT --interval 1m',
  facts: 'Epoch milliseconds in JSON, UTC timestamps in Feather.',
  columns: 'openTime,open,high,low,close,volume',
};
