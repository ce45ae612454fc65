import type { Layout } from './layout.ts';

export const qlib: Layout = {
  name: 'qlib',
  vendor: 'Qlib, CSV before conversion',
  example: 'symbol,date,open,high,low,close,volume\nSH600000,2024-01-02,6.60,6.65,6.58,6.62,23456700',
  file: 'all.csv',
  importedWith: '--exchange SSE --interval 1d',
  facts:
    'One symbol or many a file: import with --exchange. Prices and volume are adjusted where there is a column factor.',
};
