import type { Layout } from './layout.ts';

export const twelvedata: Layout = {
  name: 'twelvedata',
  vendor: 'Twelve Data',
  example: 'datetime;open;high;low;close;volume\n2024-01-03;184.22;185.88;183.43;184.25;58414460',
  file: 'AAPL.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1d',
  facts:
    "CSV with semicolons and decimal points, or JSON. Newest first. Times are the exchange's unless the request named a zone: say which with --timezone.",
  decimal: 'point',
};
