import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultScheduleOf, KNOWN_SCHEDULES, scheduleNamed } from './known-schedules.ts';
import { worldSchedule } from './world-schedules.ts';
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
    assert.equal(KNOWN_SCHEDULES.get(exchange)?.weeks, KNOWN_SCHEDULES.get('NASDAQ')?.weeks);
  }
  for (const exchange of ['COINBASE', 'BINANCE', 'KRAKEN', 'BITSTAMP', 'BITFINEX', 'ALPACA', 'SIM'])
    assert.equal(defaultScheduleOf(exchange), '24x7');
  assert.equal(KNOWN_SCHEDULES.get('24x7')?.neverCloses, true);
});

test('currencies, Mumbai and Hong Kong futures have schedules kept by hand', () => {
  for (const exchange of ['CME', 'NSE', 'OANDA', 'HKFE']) assert.equal(defaultScheduleOf(exchange), exchange);
  for (const exchange of ['NOWHERE', '24x7']) assert.equal(defaultScheduleOf(exchange), undefined);
});

test('exchanges of the world are found by their code, alias and other names, however these are written', () => {
  const names = {
    XLON: ['LSE', 'XLON', 'lse'],
    XETR: ['XETRA', 'XETR'],
    XTKS: ['TSE', 'JPX', 'XTKS'],
    XHKG: ['HKEX', 'SEHK'],
    XSHG: ['SSE', 'SZSE', 'XSHE'],
    XBOM: ['BSE'],
    XASX: ['ASX'],
    XTSE: ['TSX', 'TSXV', 'XTSE'],
    BVMF: ['B3', 'BMFBOVESPA'],
    XPAR: ['EURONEXT-PARIS', 'euronext_paris', 'XPAR'],
    XSWX: ['SIX'],
    XKRX: ['KRX'],
    XTAI: ['TWSE'],
    NASDAQ: ['XNAS', 'XNYS', 'nasdaq'],
    NSE: ['XNSE'],
    us_futures: ['us_futures'],
  };
  for (const [schedule, exchanges] of Object.entries(names))
    for (const exchange of exchanges) assert.equal(defaultScheduleOf(`${exchange}:ANY`), schedule, exchange);
});

test('a name that several exchanges share has no schedule', () => {
  for (const exchange of ['OSE', 'PSE', 'ISE', 'CSE', 'EURONEXT']) assert.equal(defaultScheduleOf(exchange), undefined);
});

test('products of CME Group have the schedule of their family, by the root of their symbol', () => {
  const families = {
    'CME-EQUITY': [
      'CME:ES1!',
      'CME:ESZ4',
      'CME:ESH24',
      'CME:ESM2026',
      'CME_MINI:NQ1!',
      'CME:ES=F',
      'CBOT:/YM',
      'GLBX:ES.c.0',
    ],
    'CME-RATES': ['CBOT:ZN', 'CBOT:ZNH5', 'CME:SR3Z25', 'CBOT:UB1!'],
    'CME-ENERGY-METALS': ['NYMEX:CL1!', 'COMEX:GC=F', 'COMEX:GCQ24', 'NYMEX:NG', 'COMEX:SIL', 'NYMEX:UNLISTED'],
    'CME-FX': ['CME:6E', 'CME:6EZ5', 'CME:M6E1!'],
    'CME-LIVESTOCK': ['CME:LE1!', 'CME:GF', 'CME:HEM4'],
    'CME-GRAINS': ['CBOT:ZC', 'CBOT:ZSX24', 'CME:ZW=F', 'CBOT:KE1!'],
    CME: ['CME:BTC1!', 'CME:ESZ4_P4000'],
  };
  for (const [family, symbols] of Object.entries(families))
    for (const symbol of symbols) assert.equal(defaultScheduleOf(symbol), family, symbol);
  assert.equal(defaultScheduleOf('CBOT:UNLISTED'), undefined);
  assert.equal(defaultScheduleOf('NASDAQ:ES'), 'NASDAQ');
});

test('a schedule is named by any name of its exchange, and one of the user goes first', () => {
  assert.equal(scheduleNamed(KNOWN_SCHEDULES, 'LSE')?.timeZone, 'Europe/London');
  assert.equal(scheduleNamed(KNOWN_SCHEDULES, 'XLON')?.name, 'XLON');
  const tokyo = worldSchedule('XTKS');
  assert.ok(tokyo);
  const own = new Map([['XLON', { ...tokyo, name: 'XLON' }]]);
  assert.equal(scheduleNamed(own, 'XLON')?.timeZone, 'Asia/Tokyo');
  assert.equal(scheduleNamed(own, 'NOWHERE'), undefined);
});
