import type { Layout } from './layout.ts';

export const alphavantage: Layout = {
  name: 'alphavantage',
  vendor: 'Alpha Vantage',
  example: 'timestamp,open,high,low,close,volume\n2024-01-02 09:31:00,187.2,187.5,187.1,187.4,12000',
  file: 'intraday_1min_AAPL.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m',
  facts:
    'Newest first. Intraday times are New York time; JSON names the zone. Weeks and months are named by their last trading day: import them with --time-is close.',
  timezone: 'America/New_York',
};
