import type { Layout } from './layout.ts';

export const kibot: Layout = {
  name: 'kibot',
  vendor: 'Kibot',
  example: '01/16/2024,09:30,187.15,187.4,187.0,187.2,15000',
  file: 'AAPL.txt',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m',
  facts: 'No header; the month comes first; times are New York time. Days have no time of day.',
  columns: ['date,timeOfDay,open,high,low,close,volume', 'openTime,open,high,low,close,volume'],
  timezone: 'America/New_York',
  dateOrder: 'mdy',
};
