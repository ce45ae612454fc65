import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seriesNamed, seriesText } from './series.ts';

test('a series is read by its parts, whatever its symbol has in it', () => {
  assert.deepEqual(seriesNamed('NASDAQ:AAPL/1m'), { instrumentId: 'NASDAQ:AAPL', interval: '1m' });
  const session = seriesNamed('CCXT:BTC/USDT:USDT/1h@session');
  assert.deepEqual(session, { instrumentId: 'CCXT:BTC/USDT:USDT', interval: '1h', align: 'session' });
  assert.equal(seriesText(session), 'CCXT:BTC/USDT:USDT 1h@session');
});
