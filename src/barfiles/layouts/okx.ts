import type { Layout } from './layout.ts';

export const okx: Layout = {
  name: 'okx',
  vendor: 'OKX, candles',
  example:
    '{"code":"0","msg":"","data":[["1704067200000","42283.58","42298.62","42261.02","42298.61","35.92","1519032","1519032","1"]]}',
  file: 'BTC-USDT.json',
  importedWith: '--instrument OKX:BTCUSDT --interval 1m',
  facts: 'Lists of nine; epoch milliseconds; newest first. Volume of derivatives is in contracts.',
  columns: 'openTime,open,high,low,close,volume,-,turnover,-',
};
