import assert from 'node:assert/strict';
import { test } from 'node:test';
import { caseField, exchangeOf, instrumentId, instrumentIdIn, symbolOf } from './instrument-id.ts';

const LONGEST = `${'X'.repeat(32)}:${'😀'.repeat(64)}`;
const NAMES = [
  'NASDAQ:AAPL',
  'NYSE:BRK.B',
  'OANDA:EUR_USD',
  'CME:ES-2024',
  '1:2',
  LONGEST,
  'NSE:M&M',
  'INDEX:^GSPC',
  'CME:ES1!',
  'CME:ES=F',
  'BINANCE:BTC/USDT:USDT',
  'NSE:NIFTY 50',
  'NYSE:BACpL',
  'XETRA:ÄPFEL',
  'TSE:トヨタ',
  'X:٣',
  'X:%2F',
  'X:A/1m/2014-06-05',
  'X:?#[]@\\"',
  'X::',
];

for (const text of NAMES) test(`"${text}" names an instrument, as it is`, () => assert.equal(instrumentId(text), text));

for (const [text, read] of [
  ['nasdaq:AAPL', 'NASDAQ:AAPL'],
  ['nasdaq:aapl', 'NASDAQ:aapl'],
  ['x:A\u0308', 'X:Ä'],
  ['X:\u1112\u1161\u11ab', 'X:한'],
] as const)
  test(`${JSON.stringify(text)} is read as ${read}`, () => assert.equal(instrumentId(text), read));

const NO_NAMES: readonly (readonly [text: string, why: RegExp])[] = [
  ['', /not EXCHANGE:SYMBOL/],
  [':', /not EXCHANGE:SYMBOL/],
  ['AAPL', /not EXCHANGE:SYMBOL/],
  [':AAPL', /not EXCHANGE:SYMBOL/],
  [' NASDAQ:AAPL', /not EXCHANGE:SYMBOL/],
  ['NASDAQ/AAPL', /not EXCHANGE:SYMBOL/],
  ['BÖRSE:SAP', /not EXCHANGE:SYMBOL/],
  ['ıſ:SAP', /not EXCHANGE:SYMBOL/],
  [`X${LONGEST}`, /not EXCHANGE:SYMBOL/],
  ['NASDAQ:', /nothing follows/],
  ['NASDAQ: AAPL', /a space/],
  ['NASDAQ:AAPL ', /a space/],
  ['NASDAQ:AAPL\n', /a space/],
  ['NASDAQ:AAPL\u00a0', /a space/],
  [`${LONGEST}X`, /longer than 64/],
  ['NASDAQ:AA\tPL', /U\+0009 is not printable/],
  ['NASDAQ:AA\u0000PL', /U\+0000/],
  ['NASDAQ:AA\u00a0PL', /U\+00A0/],
  ['NASDAQ:AA\u200bPL', /U\+200B/],
  ['NASDAQ:AA\u200dPL', /U\+200D/],
  ['NASDAQ:\u202eLPAA', /U\+202E/],
  ['NASDAQ:AA\u2028PL', /U\+2028/],
  ['NASDAQ:AAPL\ufe0f', /U\+FE0F/],
  ['NASDAQ:\u3164', /U\+3164/],
  ['NASDAQ:\ud83d', /U\+D83D/],
  ['NASDAQ:\ude00A', /U\+DE00/],
  ['NASDAQ:\ue000', /U\+E000/],
];

for (const [text, why] of NO_NAMES)
  test(`${JSON.stringify(text)} names no instrument, and is told why`, () => {
    assert.throws(() => instrumentId(text), { name: 'RangeError', message: why });
    assert.equal(instrumentIdIn(text), undefined);
  });

test('the first colon separates the exchange from the symbol', () => {
  const id = instrumentId('BINANCE:BTC/USDT:USDT');
  assert.deepEqual([exchangeOf(id), symbolOf(id)], ['BINANCE', 'BTC/USDT:USDT']);
});

test('an id that differs from its upper case is stored with it', () => {
  assert.deepEqual(caseField('NASDAQ:AAPL'), {});
  assert.deepEqual(caseField('NYSE:BACpL'), { withoutCase: 'NYSE:BACPL' });
});
