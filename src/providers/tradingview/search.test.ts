import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  aTradingView,
  codeOf,
  drip,
  infoOf,
  instead,
  resetInsideBody,
  startFakeTradingView,
  status,
  type FakeTradingView,
  type HttpFault,
} from '../../../test/support/fake-tradingview/index.ts';
import { instrumentId } from '../../market/index.ts';
import type { ErrorCode, ProviderError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from '../contract/index.ts';

const signal = new AbortController().signal;
const SYMBOLS = {
  'TEST:ABC': { info: infoOf('TEST:ABC'), bars: {} },
  'CME:ES1!': { info: infoOf('CME:ES1!', { pricescale: 32, type: 'futures' }), bars: {} },
};

async function searchOf(provider: MarketDataProvider, text: string, until = signal) {
  return provider.searchInstruments?.(text, until);
}

async function endOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function start(
  t: Parameters<typeof aTradingView>[0],
  searchMs = 5_000,
): Promise<{ fake: FakeTradingView; provider: MarketDataProvider }> {
  const fake = await startFakeTradingView(t, { now: 0, symbols: SYMBOLS });
  return { fake, provider: aTradingView(t, fake, { limits: { searchMs } }) };
}

test('finds instruments by the exchange that stands first', async (t) => {
  const { provider } = await start(t);
  assert.deepEqual(await searchOf(provider, 'abc'), [
    {
      instrumentId: 'TEST:ABC',
      symbol: 'TEST:ABC',
      name: 'TEST:ABC Ltd',
      assetType: 'stock',
      currency: 'USD',
      priceDecimals: undefined,
    },
  ]);
  assert.deepEqual(await searchOf(provider, 'nothing of the kind & more'), []);
});

test('a code is the symbol as it is, and one that none may be is passed over; a prefix goes before the exchange', async (t) => {
  const { fake, provider } = await start(t);
  const [future] = (await searchOf(provider, 'ES1!')) ?? [];
  assert.deepEqual([future?.instrumentId, future?.symbol], ['CME:ES1!', 'CME:ES1!']);
  const symbols = [
    { symbol: 'ABC', exchange: 'Some Exchange', prefix: 'PRE', description: null, type: '', currency_code: null },
    { symbol: 'X'.repeat(65), exchange: 'TEST' },
  ];
  fake.scriptHttp('search', status(200, {}, JSON.stringify({ symbols })));
  const found = (await searchOf(provider, 'x')) ?? [];
  assert.deepEqual(
    found.map(({ instrumentId, name, assetType, currency }) => [instrumentId, name, assetType, currency]),
    [['PRE:ABC', undefined, undefined, undefined]],
  );
});

const FAULTS: readonly (readonly [what: string, fault: HttpFault, code: ErrorCode])[] = [
  ['403', status(403), 'PROVIDER_REFUSED'],
  ['429', status(429, { 'retry-after': '3' }), 'PROVIDER_RATE_LIMITED'],
  ['500', status(500), 'PROVIDER_UNAVAILABLE'],
  ['502 with HTML', status(502, {}, '<html>'), 'PROVIDER_UNAVAILABLE'],
  ['HTML with 200', status(200, {}, '<html>'), 'PROVIDER_ANSWER_INVALID'],
  ['cut JSON', status(200, {}, '{"symbols":['), 'PROVIDER_ANSWER_INVALID'],
  ['other JSON', status(200, {}, '{"symbols":[{}]}'), 'PROVIDER_ANSWER_INVALID'],
  ['a huge body', status(200, {}, ' '.repeat(3_000_000)), 'PROVIDER_ANSWER_INVALID'],
  ['a redirect', status(302, { location: 'http://127.0.0.1:1/' }), 'PROVIDER_UNAVAILABLE'],
  ['a reset inside the body', resetInsideBody, 'PROVIDER_UNAVAILABLE'],
  ['a body that never ends', drip, 'PROVIDER_TIMEOUT'],
  ['silence', () => undefined, 'PROVIDER_TIMEOUT'],
];
for (const [what, fault, code] of FAULTS)
  test(`a search answered with ${what} ends in ${code}`, async (t) => {
    const { fake, provider } = await start(t, code === 'PROVIDER_TIMEOUT' ? 150 : 5_000);
    fake.scriptHttp('search', fault);
    const error = await endOf(searchOf(provider, 'abc'));
    assert.equal(codeOf(error), code);
    if (what === '429') assert.equal((error as ProviderError).retryAfterSeconds, 3);
    assert.equal((await searchOf(provider, 'abc'))?.length, 1);
  });

test('a search ends with the reason of its signal', async (t) => {
  const { fake, provider } = await start(t);
  const stop = new AbortController();
  const reason = new Error('stopped');
  fake.scriptHttp('search', () => stop.abort(reason));
  assert.equal(await endOf(searchOf(provider, 'abc', stop.signal)), reason);
});

test('describes an instrument, by its own code or by an alias', async (t) => {
  const { provider } = await start(t);
  const describe = (id: string, symbol?: string) =>
    provider.describeInstrument?.({ instrumentId: instrumentId(id), symbol }, signal);
  assert.deepEqual(await describe('TEST:ABC'), {
    instrumentId: 'TEST:ABC',
    symbol: 'TEST:ABC',
    name: 'TEST:ABC Ltd',
    assetType: 'stock',
    currency: 'USD',
    priceDecimals: 2,
  });
  const future = await describe('CME:ES1', 'CME:ES1!');
  assert.deepEqual([future?.instrumentId, future?.symbol, future?.priceDecimals], ['CME:ES1', 'CME:ES1!', undefined]);
  assert.equal(codeOf(await endOf(Promise.resolve(describe('TEST:NONE')))), 'PROVIDER_SYMBOL_UNKNOWN');
});

test('a description of another instrument is refused', async (t) => {
  const { fake, provider } = await start(t);
  fake.script(
    'resolve_symbol',
    instead(([id, name]) => [{ m: 'symbol_resolved', p: [id, name, infoOf('TEST:XYZ')] }]),
  );
  const answer = provider.describeInstrument?.({ instrumentId: instrumentId('TEST:ABC'), symbol: undefined }, signal);
  assert.equal(codeOf(await endOf(Promise.resolve(answer))), 'PROVIDER_ANSWER_INVALID');
});
