export { createYahoo, type YahooOptions } from './client.ts';
