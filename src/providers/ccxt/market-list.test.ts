import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listMarkets } from './market-list.ts';
import type { Market } from './schema.ts';

const TICK_SIZE = 4;
const spot = (id: string, symbol: string, price?: number): Market => ({
  id,
  symbol,
  spot: true,
  quote: 'USDT',
  precision: { price },
});
const swap = (id: string, symbol: string): Market => ({ id, symbol, spot: false });
const list = (markets: readonly Market[], mode = TICK_SIZE) => listMarkets(markets, mode, 'HERE');
const idsOf = (markets: readonly Market[], text: string) =>
  list(markets)
    .search(text)
    .map(({ instrumentId }) => instrumentId);

test('an id is that of the spot market where a swap has it too; the symbol of ccxt tells them apart', () => {
  const markets = [swap('BTCUSDT', 'BTC/USDT:USDT'), spot('BTCUSDT', 'BTC/USDT'), swap('ETHUSDT', 'ETH/USDT:USDT')];
  const { find } = list(markets);
  assert.equal(find('BTCUSDT')?.symbol, 'BTC/USDT');
  assert.equal(find('BTC/USDT:USDT'), markets[0]);
  assert.equal(find('ETHUSDT')?.symbol, 'ETH/USDT:USDT');
  assert.equal(find('NONESUCH'), undefined);
  assert.deepEqual(idsOf(markets, 'usdt'), ['HERE:BTC/USDT:USDT', 'HERE:BTCUSDT', 'HERE:ETHUSDT']);
});

test('an id is listed as the exchange writes it, and found in another case unless two differ by case only', () => {
  assert.equal(list([spot('btcusdt', 'BTC/USDT')]).find('BTCUSDT')?.id, 'btcusdt');
  const alike = [spot('abcusd', 'ABC/USD'), spot('AbCusd', 'AbC/USD')];
  assert.equal(list(alike).find('ABCUSD'), undefined);
  assert.equal(list(alike).find('abcusd')?.symbol, 'ABC/USD');
  assert.deepEqual(idsOf(alike, ''), ['HERE:abcusd', 'HERE:AbCusd']);
});

test('an id that no InstrumentId can hold is not listed, but found by an alias', () => {
  const markets = [spot('BTC\u200b', 'BTC\tUSD'), spot('BTC-EUR', 'BTC/EUR'), spot('BTC/USD', 'BTC/USD')];
  assert.deepEqual(idsOf(markets, 'btc'), ['HERE:BTC-EUR', 'HERE:BTC/USD']);
  assert.equal(list(markets).find('BTC\tUSD'), markets[0]);
});

for (const [price, mode, decimals] of [
  [0.01, TICK_SIZE, 2],
  [1e-8, TICK_SIZE, 8],
  [0.25, TICK_SIZE, 2],
  [10, TICK_SIZE, 0],
  [undefined, TICK_SIZE, undefined],
  [2, 2, 2],
  [5, 3, undefined],
] as const)
  test(`a precision of ${price} in mode ${mode} is ${decimals} decimals`, () => {
    const market = spot('A', 'A/B', price);
    assert.equal(list([market], mode).describe(market).priceDecimals, decimals);
  });
