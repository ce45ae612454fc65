import type { Layout } from './layout.ts';

export const tushare: Layout = {
  name: 'tushare',
  vendor: 'Tushare, daily',
  example:
    'ts_code,trade_date,open,high,low,close,pre_close,change,pct_chg,vol,amount\n600000.SH,20240103,6.62,6.64,6.57,6.60,6.62,-0.02,-0.30,200112.0,132073.9',
  file: '600000.csv',
  importedWith: '--instrument SSE:600000 --interval 1d',
  facts: 'Newest first. Volume is in lots of 100 shares, amount in thousands of yuan.',
  timezone: 'Asia/Shanghai',
  dateOrder: 'ymd',
  volumeUnit: 100,
  turnoverUnit: 1_000,
};
