import type { Layout } from './layout.ts';

export const dukascopy: Layout = {
  name: 'dukascopy',
  vendor: 'Dukascopy, historical data export',
  example: 'Gmt time,Open,High,Low,Close,Volume\n02.01.2024 00:00:00.000,1.10427,1.10431,1.10418,1.10425,57.21',
  file: 'EURUSD_Candlestick_1_M_BID.csv',
  importedWith: '--instrument OANDA:EURUSD --interval 1m',
  facts:
    'Days come first; "Gmt time" is UTC. Volume is in millions of units for currencies. Closed hours are filled with rows of volume 0 unless flats are filtered.',
  dateOrder: 'dmy',
};
