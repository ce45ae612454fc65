import type { Layout } from './layout.ts';

export const nasdaq: Layout = {
  name: 'nasdaq',
  vendor: 'Nasdaq.com, historical quotes',
  example: 'Date,Close/Last,Volume,Open,High,Low\n01/03/2024,$184.25,58414460,$184.22,$185.88,$183.43',
  file: 'HistoricalData.csv',
  importedWith: '--instrument NASDAQ:AAPL --interval 1d',
  facts: 'The month comes first; prices carry a dollar sign; newest first.',
  dateOrder: 'mdy',
  decimal: 'point',
};
