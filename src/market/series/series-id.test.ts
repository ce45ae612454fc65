import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instrumentId } from '../instrument/instrument-id.ts';
import { BAR_INTERVALS, isBelowDay } from '../interval/bar-interval.ts';
import { parseSeriesId, seriesId } from './series-id.ts';

test('a series is written as its instrument and interval, and read back', () => {
  assert.equal(seriesId(instrumentId('NASDAQ:AAPL'), '1m'), 'NASDAQ:AAPL/1m');
  assert.equal(seriesId(instrumentId('NASDAQ:SPY'), '1h', 'session'), 'NASDAQ:SPY/1h@session');
  assert.equal(seriesId(instrumentId('NASDAQ:SPY'), '1w', 'session'), 'NASDAQ:SPY/1w');
  for (const interval of BAR_INTERVALS) {
    for (const id of ['NYSE:BRK.B', 'BINANCE:BTC/USDT:USDT', 'X:A/1m', 'X:/', 'X:%2F'].map(instrumentId)) {
      assert.deepEqual(parseSeriesId(seriesId(id, interval)), { instrumentId: id, interval });
      const bySession = isBelowDay(interval)
        ? { instrumentId: id, interval, align: 'session' }
        : { instrumentId: id, interval };
      assert.deepEqual(parseSeriesId(seriesId(id, interval, 'session')), bySession);
    }
  }
});

for (const text of [
  '',
  'NASDAQ:AAPL',
  'NASDAQ:AAPL/',
  '/1m',
  'NASDAQ:AAPL/7m',
  'AAPL/1m',
  'nasdaq:AAPL/1m',
  'X:A\u0308/1m',
  'NASDAQ:AAPL/1m/2014-06-05',
  'NASDAQ:AAPL/1d@session',
  'NASDAQ:AAPL/1m@x',
])
  test(`"${text}" names no series`, () => assert.throws(() => parseSeriesId(text), RangeError));
