import type { Layout } from './layout.ts';

export const histdata: Layout = {
  name: 'histdata',
  vendor: 'HistData.com, generic ASCII and MetaTrader',
  example: '20120201 000000;1.306600;1.306600;1.306560;1.306560;0',
  file: 'DAT_ASCII_EURUSD_M1_2012.csv',
  importedWith: '--instrument OANDA:EURUSD --interval 1m',
  facts:
    'No header. Times are Eastern Standard Time all year, without daylight saving. Volume is always 0. The files for MetaTrader have date and time in two columns.',
  columns: ['openTime,open,high,low,close,volume', 'date,timeOfDay,open,high,low,close,volume'],
  timezone: 'Etc/GMT+5',
  decimal: 'point',
};
