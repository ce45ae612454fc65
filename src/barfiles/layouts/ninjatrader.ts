import type { Layout } from './layout.ts';

export const ninjatrader: Layout = {
  name: 'ninjatrader',
  vendor: 'NinjaTrader, export of historical data',
  example: '20240102 143100;4786.75;4790.25;4786.5;4789;1204',
  file: 'ES 03-24.Last.txt',
  importedWith: '--instrument CME:ES --interval 1m',
  facts: 'No header. Times are UTC and name the end of the bar.',
  columns: 'openTime,open,high,low,close,volume',
  timezone: 'UTC',
  timeIs: 'close',
  decimal: 'point',
};
