import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultScheduleOf, KNOWN_SCHEDULES } from './known-schedules.ts';
import { zoneClock } from './zone-clock.ts';

test('every schedule that ships has its name, and a time zone that exists', () => {
  assert.deepEqual(
    [...KNOWN_SCHEDULES.keys()],
    ['NASDAQ', 'NYSE', 'ARCA', 'AMEX', 'CME', 'NSE', 'OANDA', 'HKFE', 'COINBASE', '24x7'],
  );
  for (const [name, schedule] of KNOWN_SCHEDULES) {
    assert.equal(schedule.name, name);
    assert.doesNotThrow(() => zoneClock(schedule.timeZone));
  }
});

test('exchanges of New York keep the hours of NASDAQ, crypto exchanges never close', () => {
  for (const exchange of ['NASDAQ', 'NYSE', 'ARCA', 'AMEX']) {
    assert.equal(defaultScheduleOf(exchange), 'NASDAQ');
    assert.equal(KNOWN_SCHEDULES.get(exchange)?.week, KNOWN_SCHEDULES.get('NASDAQ')?.week);
  }
  for (const exchange of ['COINBASE', 'BINANCE', 'KRAKEN', 'BITSTAMP', 'BITFINEX', 'ALPACA', 'SIM'])
    assert.equal(defaultScheduleOf(exchange), '24x7');
  assert.equal(KNOWN_SCHEDULES.get('24x7')?.neverCloses, true);
});

test('futures, currencies, Mumbai and Hong Kong have their own schedules, other exchanges none', () => {
  for (const exchange of ['CME', 'NSE', 'OANDA', 'HKFE']) assert.equal(defaultScheduleOf(exchange), exchange);
  for (const exchange of ['LSE', 'nasdaq', '24x7']) assert.equal(defaultScheduleOf(exchange), undefined);
});
