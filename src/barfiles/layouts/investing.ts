import type { Layout } from './layout.ts';

export const investing: Layout = {
  name: 'investing',
  vendor: 'Investing.com, historical data',
  example:
    '"Date","Price","Open","High","Low","Vol.","Change %"\n"01/03/2024","184.25","184.22","185.88","183.43","58.41M","-0.75%"',
  file: 'AAPL Historical Data.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1d',
  facts: 'The English site writes the month first. "Price" is the close; volume is rounded (58.41M).',
  dateOrder: 'mdy',
  decimal: 'point',
};
