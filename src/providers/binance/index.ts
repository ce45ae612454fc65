export { createBinance, type BinanceOptions } from './client.ts';
