import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeOf, instrumentId } from './instrument-id.ts';

const LONGEST = 'X'.repeat(32);
const NAMES = ['NASDAQ:AAPL', 'NYSE:BRK.B', 'OANDA:EUR_USD', 'CME:ES-2024', '1:2', `${LONGEST}:${LONGEST}`];
const NO_NAMES = [
  '',
  ':',
  'AAPL',
  'NASDAQ:',
  ':AAPL',
  'nasdaq:AAPL',
  'NASDAQ:aapl',
  'NASDAQ:AAPL:X',
  'NASDAQ:AA PL',
  ' NASDAQ:AAPL',
  'NASDAQ:AAPL\n',
  'NASDAQ/AAPL',
  'NASDAQ:A/B',
  'NASDAQ:ÄPFEL',
  `${LONGEST}X:AAPL`,
  `NASDAQ:${LONGEST}X`,
];

for (const text of NAMES) test(`"${text}" names an instrument`, () => assert.equal(instrumentId(text), text));

for (const text of NO_NAMES)
  test(`${JSON.stringify(text)} names no instrument`, () => assert.throws(() => instrumentId(text), RangeError));

test('the exchange is what stands before the colon', () => {
  assert.equal(exchangeOf(instrumentId('COINBASE:BTCUSD')), 'COINBASE');
});
