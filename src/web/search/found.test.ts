import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foundAll, type Found } from './found.ts';

const found = (instrumentId: string, provider?: string): Found => ({ instrumentId, name: null, provider, series: [] });

test('stored instruments come first, and what a provider has of them is not told again', () => {
  const stored = [found('COINBASE:BTCUSD')];
  const ofProviders = [[found('COINBASE:BTCUSD', 'ccxt-coinbase')], [found('SIMULATED:BTCUSD', 'simulated')]];
  assert.deepEqual(
    foundAll(stored, ofProviders).map(({ instrumentId, provider }) => [instrumentId, provider]),
    [
      ['COINBASE:BTCUSD', undefined],
      ['SIMULATED:BTCUSD', 'simulated'],
    ],
  );
});
