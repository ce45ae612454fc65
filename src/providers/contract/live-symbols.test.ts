import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instrumentId, type InstrumentId } from '../../market/index.ts';
import { liveSymbols } from './index.ts';

const BTC = instrumentId('BINANCE:BTCUSDT');

function world() {
  const inEffect = new Set<string>();
  const told: InstrumentId[] = [];
  const symbols = liveSymbols({ onSubscribed: (id) => void told.push(id) }, (symbol) => inEffect.has(symbol));
  return { inEffect, told, symbols };
}

test('what is confirmed is told when it is known, and what is known when it is confirmed', () => {
  for (const isKnownFirst of [true, false]) {
    const { inEffect, told, symbols } = world();
    const known = symbols.add('BTC', BTC);
    if (isKnownFirst) known();
    inEffect.add('BTC');
    symbols.confirmed(['BTC', 'ETH']);
    assert.deepEqual(told, isKnownFirst ? [BTC] : []);
    known();
    symbols.confirmed(['BTC']);
    assert.deepEqual(told, [BTC]);
  }
});

test('data of what is in effect makes it known; what came before is left over', () => {
  const { inEffect, told, symbols } = world();
  symbols.add('BTC', BTC);
  assert.deepEqual([symbols.idOfData('BTC'), told], [undefined, []]);
  inEffect.add('BTC');
  assert.deepEqual([symbols.idOfData('BTC'), symbols.idOfData('BTC'), told], [BTC, BTC, [BTC]]);
  assert.equal(symbols.idOfData('ETH'), undefined);
});

test('a check of a subscription that was left says nothing of the next one', () => {
  const { inEffect, told, symbols } = world();
  const known = symbols.add('BTC', BTC);
  symbols.remove('BTC');
  inEffect.add('BTC');
  symbols.add('BTC', BTC);
  known();
  assert.deepEqual([symbols.ids.get('BTC'), told], [BTC, []]);
  symbols.remove('BTC');
  assert.deepEqual([symbols.idOfData('BTC'), told], [undefined, []]);
});
