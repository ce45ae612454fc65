import type { Layout } from './layout.ts';

export const bitfinex: Layout = {
  name: 'bitfinex',
  vendor: 'Bitfinex, candles',
  example:
    '[[1704067260000,42298.62,42320,42320,42298.61,21.2],[1704067200000,42283.58,42298.61,42298.62,42261.02,35.9]]',
  file: 'tBTCUSD.json',
  importedWith: '--instrument BITFINEX:BTCUSD --interval 1m',
  facts: 'Lists of time, open, close, high, low, volume; epoch milliseconds; newest first.',
  columns: 'openTime,open,close,high,low,volume',
};
