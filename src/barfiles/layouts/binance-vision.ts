import type { Layout } from './layout.ts';

export const binanceVision: Layout = {
  name: 'binance-vision',
  vendor: 'Binance, data.binance.vision',
  example:
    '1704067200000,42283.58000000,42298.62000000,42261.02000000,42298.61000000,35.92724000,1704067259999,1519032.38,1327,23.18766000,980394.20,0',
  file: 'BTCUSDT-1m-2024-01.zip',
  importedWith: '--instrument BINANCE:BTCUSDT --interval 1m',
  facts:
    'Klines in a zip, without a header for spot and with one for futures. Times are epoch milliseconds, since 2025 microseconds for spot.',
  columns: 'openTime,open,high,low,close,volume,-,turnover,trades,-,-,-',
};
