import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { globMatcher } from './glob-matcher.ts';

test('stars are any text, question marks any character, in any case, and all else is itself', () => {
  const ids = ['NASDAQ:A', 'NASDAQ:AAPL', 'NASDAQ:BRK.B', 'BINANCE:BTC/USDT', 'NSE:é'];
  const matching = (glob: string): string[] => ids.filter(globMatcher(glob));
  assert.deepEqual(matching('NASDAQ:A*'), ['NASDAQ:A', 'NASDAQ:AAPL']);
  assert.deepEqual(matching('nasdaq:a?p*'), ['NASDAQ:AAPL']);
  assert.deepEqual(matching('*:B*'), ['NASDAQ:BRK.B', 'BINANCE:BTC/USDT']);
  assert.deepEqual(matching('NASDAQ:BRKxB'), []);
  assert.deepEqual(matching('NASDAQ:[A]*'), []);
  assert.deepEqual(matching('nse:É'), ['NSE:é']);
  assert.deepEqual(matching('*'), ids);
});

test('a pattern matches as the regular expression of the same meaning does', () => {
  const text = fc.string({ unit: fc.constantFrom('A', 'B', ':'), maxLength: 8 });
  const glob = fc.string({ unit: fc.constantFrom('A', 'B', ':', '*', '?'), maxLength: 6 });
  fc.assert(
    fc.property(text, glob, (id, pattern) => {
      const form = new RegExp(`^${pattern.replaceAll('?', '.').replace(/\*+/g, '.*')}$`);
      assert.equal(globMatcher(pattern)(id), form.test(id));
    }),
  );
});

test('many stars are no trouble', () => {
  assert.equal(globMatcher(`${'A*'.repeat(50)}B`)(`NASDAQ:${'A'.repeat(64)}`), false);
});
