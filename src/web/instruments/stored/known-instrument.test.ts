import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exchangeOf, rowsOf, type Instrument } from './known-instrument.ts';

const AAPL: Instrument = {
  instrumentId: 'NASDAQ:AAPL',
  name: 'Apple',
  assetType: null,
  currency: null,
  schedule: null,
  timeZone: null,
  sessions: 'regular',
  priceDecimals: null,
  listedFrom: null,
  listedTo: null,
  aliases: ['yahoo:AAPL', 'Apfel'],
  series: [],
};

test('the exchange is what is before the first colon', () => {
  assert.equal(exchangeOf({ instrumentId: 'BINANCE:BTC/USDT:USDT' }), 'BINANCE');
});

test('each series is a line, and so is an instrument without any', () => {
  const series = { interval: '1m', first: null, last: null, count: 0, finalCount: 0, providers: [] };
  const rows = rowsOf([AAPL, { ...AAPL, series: [series, { ...series, interval: '1d' }] }]);
  assert.deepEqual(
    rows.map((row) => [row.series?.interval, row.isFirst]),
    [
      [undefined, true],
      ['1m', true],
      ['1d', false],
    ],
  );
});
