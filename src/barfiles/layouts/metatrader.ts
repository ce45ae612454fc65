import type { Layout } from './layout.ts';

export const metatrader: Layout = {
  name: 'metatrader',
  vendor: 'MetaTrader 4 and 5, export of the history centre',
  example: '2024.01.02,00:00,1.10427,1.10431,1.10418,1.10425,57',
  file: 'EURUSD1.csv',
  importedWith: '--instrument OANDA:EURUSD --interval 1m --timezone Europe/Helsinki',
  facts:
    "Without a header (4) or with one in angle brackets and tabs (5), known by its column <TICKVOL>. Times are those of the broker's server, often Europe/Helsinki: name the zone with --timezone. Volume counts price changes where the market tells none.",
  signature: ['<DATE>', '<OPEN>', '<TICKVOL>'],
  columns: 'date,timeOfDay,open,high,low,close,volume',
  decimal: 'point',
};
