import type { Layout } from './layout.ts';

export const tradingview: Layout = {
  name: 'tradingview',
  vendor: 'TradingView, export of chart data',
  example: 'time,open,high,low,close,Volume\n1704205800,187.15,187.4,187.0,187.2,15000',
  file: 'NASDAQ_AAPL, 1.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m',
  facts:
    'Times are epoch seconds or ISO times with an offset, by choice. Indicators of the chart follow as columns of their own.',
};
