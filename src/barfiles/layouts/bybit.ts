import type { Layout } from './layout.ts';

export const bybit: Layout = {
  name: 'bybit',
  vendor: 'Bybit, klines',
  example:
    '{"retCode":0,"result":{"category":"spot","symbol":"BTCUSDT","list":[["1704067200000","42283.58","42298.62","42261.02","42298.61","35.92","1519032.38"]]}}',
  file: 'BTCUSDT.json',
  importedWith: '--instrument BYBIT:BTCUSDT --interval 1m',
  facts: 'Lists of seven; epoch milliseconds; newest first.',
  columns: 'openTime,open,high,low,close,volume,turnover',
};
