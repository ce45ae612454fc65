import type { Layout } from './layout.ts';

export const ibkr: Layout = {
  name: 'ibkr',
  vendor: 'Interactive Brokers, historical data of the API',
  example:
    'date,open,high,low,close,volume,average,barCount\n20240102  09:30:00,187.15,187.4,187.0,187.2,15000,187.2,200',
  file: 'aapl.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m --timezone exchange',
  facts: 'Times are those of the time zone set at login, unless the zone stands behind them: name it with --timezone.',
  dateOrder: 'ymd',
};
