import type { Layout } from './layout.ts';

export const vnpy: Layout = {
  name: 'vnpy',
  vendor: 'VeighNa (vn.py), CSV of bar data',
  example:
    'symbol,exchange,datetime,open,high,low,close,volume,turnover,open_interest\nIF2401,CFFEX,2024-01-02 09:30:00,3430.0,3436.4,3428.2,3433.6,1204,1.2e9,98012',
  file: 'IF2401.csv',
  importedWith: '--interval 1m',
  facts: "Times are China's.",
  timezone: 'Asia/Shanghai',
};
