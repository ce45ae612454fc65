import type { Layout } from './layout.ts';

export const tradestation: Layout = {
  name: 'tradestation',
  vendor: 'TradeStation, export of a chart',
  example: '"Date","Time","Open","High","Low","Close","Vol","OI"\n01/16/2024,09:31,187.15,187.40,187.00,187.20,15000,0',
  file: 'AAPL.txt',
  importedWith: '--instrument NASDAQ:AAPL --interval 1m --timezone exchange',
  facts:
    "The month comes first. Times name the end of the bar, in the exchange's zone unless another was chosen. Files by minute may have Up and Down instead of a volume, which is their sum and is not read.",
  timeIs: 'close',
  dateOrder: 'mdy',
};
