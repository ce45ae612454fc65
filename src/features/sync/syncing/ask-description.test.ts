import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeBinance } from '../../../../test/support/fake-binance/index.ts';
import { answering, silent } from '../../../../test/support/fake-vendor/faults.ts';
import { createBinance } from '../../../providers/binance/index.ts';
import { createSimulated } from '../../../providers/simulated/index.ts';
import { askDescription } from './ask-description.ts';

const NOW = Date.UTC(2026, 0, 15);
const REQUEST = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m', provider: 'binance', from: 0 } as const;
const NOBODY = new AbortController().signal;

test('a provider that refuses, is silent, has no descriptions or may not go on says nothing', async (t) => {
  const fake = await startFakeBinance(t, { bars: [], now: NOW });
  const provider = createBinance({ baseUrl: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  assert.equal((await askDescription(REQUEST, provider, NOBODY))?.name, 'BTC/USDT');
  fake.fail(answering(403));
  assert.equal(await askDescription(REQUEST, provider, NOBODY), undefined);
  fake.fail(silent);
  assert.equal(await askDescription(REQUEST, provider, NOBODY, 200), undefined);
  assert.equal(await askDescription(REQUEST, createSimulated({ clock: () => NOW }), NOBODY), undefined);
  const asked = fake.requests.length;
  assert.equal(await askDescription(REQUEST, provider, AbortSignal.abort()), undefined);
  assert.equal(fake.requests.length, asked);
});
