import type { Layout } from './layout.ts';

export const lean: Layout = {
  name: 'lean',
  vendor: 'QuantConnect LEAN, equities by day and hour',
  example: '20240102 00:00,1871500,1884400,1838900,1856400,82488674',
  file: 'aapl.zip',
  importedWith: '--instrument NASDAQ:AAPL --interval 1d',
  facts:
    "No header. Prices of shares are ten thousandths of a dollar; times are New York's. Files by minute keep their date in the file's name and are refused.",
  columns: 'openTime,open,high,low,close,volume',
  timezone: 'America/New_York',
  priceUnit: 10000,
};
