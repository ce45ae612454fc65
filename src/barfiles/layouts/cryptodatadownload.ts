import type { Layout } from './layout.ts';

export const cryptodatadownload: Layout = {
  name: 'cryptodatadownload',
  vendor: 'CryptoDataDownload',
  example:
    'https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n1704067260000,2024-01-01 00:01:00,BTCUSDT,42298.62,42320,42298.61,42320,21.16779,895580.45,1348',
  file: 'Binance_BTCUSDT_2024_minute.csv',
  importedWith: '--instrument BINANCE:BTCUSDT --interval 1m',
  facts: 'A line before the header; newest first; times are UTC.',
  timezone: 'UTC',
};
