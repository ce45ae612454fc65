import type { Layout } from './layout.ts';

export const gateio: Layout = {
  name: 'gateio',
  vendor: 'Gate, candlesticks of spot',
  example: '[["1704067200","1519032.38","42298.61","42298.62","42261.02","42283.58","35.92","true"]]',
  file: 'BTC_USDT.json',
  importedWith: '--instrument GATE:BTCUSDT --interval 1m',
  facts: 'Lists of time, turnover, close, high, low, open, volume, whether the bar is over; epoch seconds.',
  columns: 'openTime,turnover,close,high,low,open,volume,-',
};
