import type { Layout } from './layout.ts';

export const coinbase: Layout = {
  name: 'coinbase',
  vendor: 'Coinbase Exchange, candles',
  example: '[[1704067260,42298.61,42320,42298.62,42320,21.2],[1704067200,42261.02,42298.62,42283.58,42298.61,35.9]]',
  file: 'candles.json',
  importedWith: '--instrument COINBASE:BTCUSD --interval 1m',
  facts: 'Lists of time, low, high, open, close, volume; epoch seconds; newest first.',
  columns: 'openTime,low,high,open,close,volume',
};
