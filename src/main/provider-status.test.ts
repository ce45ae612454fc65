import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from '../../test/support/a-store.ts';
import type { ProviderConfig } from '../config/index.ts';
import { createProviders } from './providers.ts';
import { providerJson } from '../features/system/system-json.ts';
import { answerGetProviders } from '../features/system/queries/get-providers/get-providers.query.ts';

async function toldWith(configs: Readonly<Record<string, ProviderConfig>>) {
  const clocks = { clock: () => 0, elapsed: () => 0 };
  const providers = createProviders(configs, clocks, () => undefined);
  const told = (await answerGetProviders(providers)({}, at(0))).map(providerJson);
  await Promise.all([...providers.values()].map((provider) => provider.close()));
  return new Map(told.map((provider) => [provider.name, provider]));
}

test('each provider tells what it can do, whether it needs a key, and how it does', async () => {
  const told = await toldWith({});
  assert.deepEqual([...told.keys()], ['simulated', 'binance', 'yahoo', 'alpaca', 'tradingview']);
  const { intervals, ...binance } = told.get('binance') ?? assert.fail();
  assert.ok(intervals.includes('1m'));
  assert.deepEqual(binance, {
    name: 'binance',
    isSynthetic: false,
    basis: 'raw',
    sessionIntervals: [],
    hasSearch: true,
    hasCorporateActions: false,
    live: 'trades',
    key: 'none',
    hasKey: false,
    state: {
      name: 'binance',
      breaker: 'closed',
      queued: 0,
      room: { windowMs: 60_000, most: 2_700, left: 2_700 },
      pausedUntil: null,
      clock: 'unknown',
      clockSkewMs: null,
    },
  });
  assert.deepEqual([told.get('simulated')?.isSynthetic, told.get('simulated')?.state], [true, null]);
  assert.deepEqual([told.get('yahoo')?.live, told.get('tradingview')?.live], [null, 'quotes']);
  assert.deepEqual([told.get('alpaca')?.key, told.get('alpaca')?.hasKey], ['needed', false]);
  assert.deepEqual([told.get('tradingview')?.key, told.get('tradingview')?.hasKey], ['optional', false]);
});

test('that there is a key is told, the key is not', async () => {
  const told = await toldWith({ alpaca: { key: 'S3cret', secret: 'S3cret' }, tradingview: { key: 'S3cret' } });
  assert.deepEqual([told.get('alpaca')?.hasKey, told.get('tradingview')?.hasKey], [true, true]);
  assert.doesNotMatch(JSON.stringify([...told]), /S3cret/);
  const half = await toldWith({ alpaca: { key: 'S3cret' } });
  assert.equal(half.get('alpaca')?.hasKey, false, 'Alpaca takes two');
});
