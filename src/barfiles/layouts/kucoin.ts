import type { Layout } from './layout.ts';

export const kucoin: Layout = {
  name: 'kucoin',
  vendor: 'KuCoin, klines',
  example: '{"code":"200000","data":[["1704067200","42283.58","42298.61","42298.62","42261.02","35.92","1519032.38"]]}',
  file: 'BTC-USDT.json',
  importedWith: '--instrument KUCOIN:BTCUSDT --interval 1m',
  facts: 'Lists of time, open, close, high, low, volume, turnover; epoch seconds; newest first.',
  columns: 'openTime,open,close,high,low,volume,turnover',
};
