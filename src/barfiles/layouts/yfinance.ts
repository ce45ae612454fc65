import type { Layout } from './layout.ts';

export const yfinance: Layout = {
  name: 'yfinance',
  vendor: 'yfinance, DataFrame.to_csv()',
  example:
    'Price,Close,High,Low,Open,Volume\nTicker,MSFT,MSFT,MSFT,MSFT,MSFT\nDate,,,,,\n2023-02-17,254.52,256.53,252.49,255.84,30000100',
  file: 'msft.csv',
  importedWith: '--instrument NASDAQ:MSFT --interval 1d',
  facts:
    'Up to three lines of header. Hours of shares begin with trading (9:30): import them with --align session. Prices are adjusted for splits, with auto_adjust also for dividends.',
};
