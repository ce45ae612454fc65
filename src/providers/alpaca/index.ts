export { createAlpaca, type AlpacaOptions } from './client.ts';
