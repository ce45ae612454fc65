import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { KNOWN_SCHEDULES } from '../../market/index.ts';
import { at, LATER } from '../../../test/support/a-store.ts';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { openInstrumentsCollections } from './collections.ts';
import { handleRegisterSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { handleUnregisterSymbol } from './commands/unregister-symbol/unregister-symbol.command.ts';
import { answerGetSymbol } from './queries/get-symbol/get-symbol.query.ts';
import { answerGetSymbols } from './queries/get-symbols/get-symbols.query.ts';
import { createStoredNames } from './stored-names.ts';

async function aSlice(t: TestContext) {
  const collections = await openInstrumentsCollections(await openTestDatabase(t));
  const names = createStoredNames(collections);
  return {
    ...collections,
    register: handleRegisterSymbol(collections, KNOWN_SCHEDULES, names),
    unregister: handleUnregisterSymbol(collections, names),
    symbol: answerGetSymbol(collections, KNOWN_SCHEDULES),
    symbols: answerGetSymbols(collections, KNOWN_SCHEDULES),
  };
}

const head = {
  instrumentId: 'COINBASE:BTCUSD',
  interval: '1m',
  first: 0,
  last: 60_000,
  count: 2,
  finalCount: 2,
  providers: ['file'],
  lastSeq: 1,
};

test('registering again changes what is named and leaves the rest', async (t) => {
  const { register, symbol } = await aSlice(t);
  await register({ instrumentId: 'COINBASE:BTCUSD', name: 'Bitcoin', schedule: '24x7' }, at(LATER));
  await register({ instrumentId: 'COINBASE:BTCUSD', currency: 'USD' }, at(LATER));
  await register({ instrumentId: 'COINBASE:BTCUSD' }, at(LATER));
  assert.deepEqual(await symbol({ instrumentId: 'COINBASE:BTCUSD' }, at(LATER)), {
    instrumentId: 'COINBASE:BTCUSD',
    name: 'Bitcoin',
    schedule: '24x7',
    timeZone: 'UTC',
    currency: 'USD',
    series: [],
  });
});

test('a schedule is named by any name of an exchange; without one it is that of the exchange or the product', async (t) => {
  const { register, symbol, series } = await aSlice(t);
  const scheduleOf = async (instrumentId: string) => (await symbol({ instrumentId }, at(LATER))).schedule;
  await register({ instrumentId: 'OSE:NK225', schedule: 'JPX' }, at(LATER));
  await register({ instrumentId: 'LSE:VOD' }, at(LATER));
  await register({ instrumentId: 'LSE:IETF', schedule: 'XETRA' }, at(LATER));
  await series.insertOne({ _id: 'CBOT:ZC/1m', ...head, instrumentId: 'CBOT:ZC' });
  assert.deepEqual(await Promise.all(['OSE:NK225', 'LSE:VOD', 'LSE:IETF', 'CBOT:ZC'].map(scheduleOf)), [
    'JPX',
    'XLON',
    'XETRA',
    'CME-GRAINS',
  ]);
  await assert.rejects(register({ instrumentId: 'LSE:VOD', schedule: 'OSE' }, at(LATER)), { code: 'UNKNOWN_SCHEDULE' });
});

test('symbols are those registered and those with bars, found by id, name, alias or exchange', async (t) => {
  const { register, series, symbols } = await aSlice(t);
  await register({ instrumentId: 'NASDAQ:AAPL', name: 'Apple Inc.', aliases: ['Macintosh'] }, at(LATER));
  await register({ instrumentId: 'NASDAQ:MSFT' }, at(LATER));
  await series.insertOne({ _id: 'COINBASE:BTCUSD/1m', ...head });
  const ids = async (query: Parameters<typeof symbols>[0]) =>
    (await symbols(query, at(LATER))).symbols.map(({ instrumentId }) => instrumentId);
  assert.deepEqual(await ids({}), ['COINBASE:BTCUSD', 'NASDAQ:AAPL', 'NASDAQ:MSFT']);
  assert.deepEqual(await ids({ query: 'apple' }), ['NASDAQ:AAPL']);
  assert.deepEqual(await ids({ query: 'MACIN' }), ['NASDAQ:AAPL']);
  assert.deepEqual(await ids({ query: 'usd' }), ['COINBASE:BTCUSD']);
  assert.deepEqual(await ids({ exchange: 'NASDAQ', limit: 1 }), ['NASDAQ:AAPL']);
  assert.equal((await symbols({ limit: 1 }, at(LATER))).total, 3);
});

test('an instrument with bars is not forgotten, one without is', async (t) => {
  const { register, unregister, symbol, series } = await aSlice(t);
  await series.insertOne({ _id: 'COINBASE:BTCUSD/1m', ...head });
  await assert.rejects(unregister({ instrumentId: 'COINBASE:BTCUSD' }, at(LATER)), { code: 'INSTRUMENT_HAS_BARS' });
  await register({ instrumentId: 'NASDAQ:AAPL' }, at(LATER));
  await unregister({ instrumentId: 'NASDAQ:AAPL' }, at(LATER));
  await assert.rejects(symbol({ instrumentId: 'NASDAQ:AAPL' }, at(LATER)), { code: 'INSTRUMENT_NOT_FOUND' });
  await assert.rejects(unregister({ instrumentId: 'NASDAQ:AAPL' }, at(LATER)), { code: 'INSTRUMENT_NOT_FOUND' });
});

test('an instrument whose bars are deleted, and which is not registered, is not there', async (t) => {
  const { symbol, symbols, series } = await aSlice(t);
  await series.insertOne({ _id: 'COINBASE:BTCUSD/1m', ...head, count: 0, finalCount: 0 });
  assert.deepEqual(await symbols({}, at(LATER)), { symbols: [], total: 0, nextCursor: undefined });
  await assert.rejects(symbol({ instrumentId: 'COINBASE:BTCUSD' }, at(LATER)), { code: 'INSTRUMENT_NOT_FOUND' });
});

test('a listing that ends before it begins is refused', async (t) => {
  const { register } = await aSlice(t);
  await register({ instrumentId: 'A:B', listedFrom: 5 }, at(LATER));
  await assert.rejects(register({ instrumentId: 'A:B', listedTo: 5 }, at(LATER)), { code: 'INVALID_RANGE' });
});
