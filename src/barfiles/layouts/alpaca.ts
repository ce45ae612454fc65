import type { Layout } from './layout.ts';

export const alpaca: Layout = {
  name: 'alpaca',
  vendor: 'Alpaca Market Data',
  example:
    'symbol,timestamp,open,high,low,close,volume,trade_count,vwap\nAAPL,2024-01-02 05:00:00+00:00,187.15,188.44,183.885,185.64,82488674.0,1009074.0,185.8',
  file: 'aapl.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1d',
  facts: "Times are UTC; days are stamped with New York's midnight.",
};
