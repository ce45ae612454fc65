import fc from 'fast-check';
import { instrumentIdIn } from '../../src/market/index.ts';

/** Symbols as markets and vendors write them, and ones that look like parts of what ids are put into. */
export const SYMBOLS = [
  'AAPL',
  'M&M',
  '^GSPC',
  'ES1!',
  'ES=F',
  'BTC/USDT:USDT',
  'NIFTY 50',
  'BACpL',
  'BCPC',
  'BCpC',
  'トヨタ',
  'ÄPFEL',
  '٣',
  'A',
  'A/1m',
  'A/1m/2020-01-01',
  'A/1d',
  'A/1m/1d/2020',
  'A%2F1m',
  'A%252F1m',
  '%',
  '/',
  '//',
  ':',
  '..',
  '../X',
  '?a=b#c',
  'X,bars:Y',
  '{"$gt":""}',
  "'; DROP TABLE chunks; --",
  '😀'.repeat(64),
  '𝒜\uffe0',
] as const;

const pieces = fc.constantFrom(
  ...'Aa1/:%2F&^=!. _-\\"\'?#+;,$*|<>~ÄäßİıÆж中한٣😀𝒜'.split(''),
  '/1m',
  '/1d/',
  '%25',
  '  ',
);

/** Any symbol that may be stored, composed as it is stored. */
export const anySymbol = fc
  .oneof(
    fc.constantFrom(...SYMBOLS),
    fc.array(pieces, { minLength: 1, maxLength: 20 }).map((parts) => parts.join('')),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 64 }),
  )
  .map((text) => instrumentIdIn(`X:${text}`)?.slice(2))
  .filter((symbol) => symbol !== undefined);
