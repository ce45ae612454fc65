import type { Layout } from './layout.ts';

export const stooq: Layout = {
  name: 'stooq',
  vendor: 'Stooq',
  example:
    '<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nAAPL.US,D,20240102,000000,187.15,188.44,183.89,185.64,82488674,0',
  file: 'aapl.us.txt',
  importedWith: '--instrument NASDAQ:AAPL',
  facts: 'Header in angle brackets; symbols carry their market (AAPL.US).',
  dateOrder: 'ymd',
};
