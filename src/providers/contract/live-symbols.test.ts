import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { instrumentId, type InstrumentId } from '../../market/index.ts';
import { liveSymbols } from './live-symbols.ts';

const BTC = instrumentId('BINANCE:BTCUSDT');
const WANTED = [{ instrumentId: BTC, symbol: 'BTC' }];

function world() {
  const inEffect = new Set<string>();
  const told: InstrumentId[] = [];
  const checks: PromiseWithResolvers<void>[] = [];
  const symbols = liveSymbols({
    vendor: 'vendor',
    listener: { onSubscribed: (id) => void told.push(id), onRefused: () => assert.fail('refused') },
    isSame: () => true,
    isInEffect: (symbol) => inEffect.has(symbol),
    tell: () => undefined,
    async *unknownOf() {
      checks.push(Promise.withResolvers());
      await checks.at(-1)?.promise;
      yield* [];
    },
    over: new AbortController().signal,
  });
  /** The check of the newest subscription that is checked has found it. */
  async function known(): Promise<void> {
    await nextTurn();
    checks.at(-1)?.resolve();
    await nextTurn();
  }
  return { inEffect, told, symbols, known };
}

test('what is confirmed is told when it is known, and what is known when it is confirmed', async () => {
  for (const isKnownFirst of [true, false]) {
    const { inEffect, told, symbols, known } = world();
    symbols.subscribe(WANTED);
    if (isKnownFirst) await known();
    inEffect.add('BTC');
    symbols.confirmed(['BTC', 'ETH']);
    assert.deepEqual(told, isKnownFirst ? [BTC] : []);
    await known();
    symbols.confirmed(['BTC']);
    assert.deepEqual(told, [BTC]);
  }
});

test('data of what is in effect makes it known; what came before is left over', () => {
  const { inEffect, told, symbols } = world();
  symbols.subscribe(WANTED);
  assert.deepEqual([symbols.idOfData('BTC'), told], [undefined, []]);
  inEffect.add('BTC');
  assert.deepEqual([symbols.idOfData('BTC'), symbols.idOfData('BTC'), told], [BTC, BTC, [BTC]]);
  assert.equal(symbols.idOfData('ETH'), undefined);
});

test('a check of a subscription that was left says nothing of the next one', async () => {
  const { inEffect, told, symbols, known } = world();
  symbols.subscribe(WANTED);
  symbols.unsubscribe([BTC]);
  inEffect.add('BTC');
  symbols.subscribe(WANTED);
  await known();
  assert.deepEqual([symbols.ids.get('BTC'), told], [BTC, []]);
  symbols.unsubscribe([BTC]);
  assert.deepEqual([symbols.idOfData('BTC'), told], [undefined, []]);
});
