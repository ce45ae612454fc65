import type { Layout } from './layout.ts';

export const firstrate: Layout = {
  name: 'firstrate',
  vendor: 'FirstRate Data',
  example: '2024-01-02 09:30:00,187.15,187.4,187.0,187.2,15000',
  file: 'AAPL_1min.txt',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m',
  facts: 'No header; times are New York time and name the beginning of a bar; minutes without a trade have no row.',
  columns: 'openTime,open,high,low,close,volume',
  timezone: 'America/New_York',
};
