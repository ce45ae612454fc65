import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { collect } from '../../../test/support/collect.ts';
import { startFakeBinance } from '../../../test/support/fake-binance/index.ts';
import { jsonAnswer, startFakeServer } from '../../../test/support/fake-vendor/fake-server.ts';
import { answering } from '../../../test/support/fake-vendor/faults.ts';
import type { FakeVendor, FakeWorld } from '../../../test/support/fake-vendor/fake-vendor.ts';
import { madeBars, type FakeBar } from '../../../test/support/fake-vendor/made-bars.ts';
import { epochMs, instrumentId } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { testProvider } from '../../../test/support/provider-contract.ts';
import { createCcxt } from './index.ts';
import { loadExchange } from './load-exchange.ts';
import type { Market } from './schema.ts';
import { volumeUnitOf } from './volume-unit.ts';

const BTC = { instrumentId: instrumentId('BINANCE:BTCUSDT'), symbol: undefined };
const UNKNOWN = { instrumentId: instrumentId('BINANCE:NONESUCH'), symbol: undefined };
const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 15, 12, 0, 30);
const signal = new AbortController().signal;
const LIBRARY: string = 'ccxt';
const isInstalled = await import(LIBRARY).then(
  () => true,
  () => false,
);
const skip = isInstalled ? false : 'ccxt is optional and not installed here';

/** Counts and spoils only what is asked for bars: the list of markets is there before. */
async function withMarkets(
  t: TestContext,
  world: FakeWorld,
  options: Omit<Parameters<typeof createCcxt>[0], 'exchange'>,
) {
  const fake = await startFakeBinance(t, world);
  const provider = createCcxt({ ...options, exchange: 'binance', url: fake.url });
  await provider.describeInstrument?.(BTC, signal);
  const { requests } = fake;
  const isKlines = ({ url }: FakeVendor['requests'][number]) => url.pathname.endsWith('/klines');
  Object.defineProperty(fake, 'requests', { get: () => requests.filter(isKlines) });
  return { fake, provider };
}

if (isInstalled)
  testProvider(
    'ccxt-binance',
    { sendsNullPrices: false, namesSymbol: false },
    async (t, { clock, patience, ...world }) => {
      const made = await withMarkets(t, world, { clock: clock.now, timer: clock.timer, patience });
      return { ...made, instrument: BTC, unknown: UNKNOWN };
    },
  );

async function aCcxt(t: TestContext, bars: readonly FakeBar[]) {
  const { fake, provider } = await withMarkets(t, { bars, now: NOW }, { clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  const fetch = async (from: number, to: number) => {
    const times: number[] = [];
    const covered: (readonly [number, number])[] = [];
    const range = { from: epochMs(from), to: epochMs(to) };
    let code: unknown;
    try {
      for await (const page of provider.fetchBars({ ...BTC, interval: '1m', range, now: NOW, signal })) {
        times.push(...page.columns.openTime);
        if (covered.at(-1)?.[1] === page.covered.from) covered.push([covered.pop()?.[0] ?? NaN, page.covered.to]);
        else covered.push([page.covered.from, page.covered.to]);
      }
    } catch (error) {
      assert.ok(error instanceof ProviderError, String(error));
      code = error.code;
    }
    return { times, covered, code };
  };
  return { fake, provider, fetch };
}

const START = NOW - 30_000 - 5_000 * MINUTE;
const at = (index: number): number => START + index * MINUTE;
const bars = madeBars({ interval: '1m', from: START, to: NOW });
const between = (from: number, to: number) =>
  bars.map(({ openTime }) => openTime).filter((time) => time >= at(from) && time < at(to));

test('a page shorter than was asked for is not the end', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  fake.tamper = (rows) => rows.slice(0, 70);
  assert.deepEqual(await fetch(at(100), at(900)), {
    times: between(100, 900),
    covered: [[at(100), at(900)]],
    code: undefined,
  });
  assert.ok(fake.requests.length > 10);
});

test('a range that begins and ends inside of intervals is covered as it is', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  const [from, to] = [at(-1) + 20_000, at(2) + 40_000];
  assert.deepEqual(await fetch(from, to), { times: between(0, 3), covered: [[from, to]], code: undefined });
  assert.equal(fake.requests.length, 1);
});

test('what is older than the exchange shows is not claimed', { skip }, async (t) => {
  const { fetch } = await aCcxt(t, bars);
  const listed = await fetch(at(-200), at(100));
  assert.deepEqual(listed, { times: between(0, 100), covered: [[at(0), at(100)]], code: 'PROVIDER_OUT_OF_REACH' });
  assert.deepEqual(await fetch(at(-200), at(-100)), { times: [], covered: [], code: 'PROVIDER_OUT_OF_REACH' });
});

test('an exchange that shows its newest rows, whatever was asked for, does not empty the past', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  fake.tamper = () => bars.filter(({ openTime }) => openTime >= at(4_300));
  assert.deepEqual(await fetch(at(3_900), at(4_400)), {
    times: between(4_300, 4_400),
    covered: [[at(4_300), at(4_400)]],
    code: 'PROVIDER_OUT_OF_REACH',
  });
});

/** Answers with the rows of a window, and none where nothing traded. */
function windowed(fake: FakeVendor, isSilent: (index: number) => boolean): void {
  fake.tamper = () => {
    const since = Number(fake.requests.at(-1)?.url.searchParams.get('startTime'));
    const limit = Number(fake.requests.at(-1)?.url.searchParams.get('limit'));
    return bars.filter(
      ({ openTime }, index) => openTime >= since && openTime < since + limit * MINUTE && !isSilent(index),
    );
  };
}

test('a silence is claimed between bars, and after one for as long as was asked for', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  windowed(fake, (index) => index > 200 && index < 3_500);
  assert.deepEqual(await fetch(at(100), at(3_600)), {
    times: [...between(100, 201), ...between(3_500, 3_600)],
    covered: [[at(100), at(3_600)]],
    code: undefined,
  });
  assert.deepEqual(await fetch(at(300), at(400)), { times: [], covered: [[at(300), at(400)]], code: undefined });
});

test('of volume 0 there is no bar, except where no row has volume and prices move', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  const silent = (rows: readonly FakeBar[]) =>
    rows.map((bar) => (bar.openTime === at(105) ? { ...bar, volume: 0 } : bar));
  fake.tamper = silent;
  const { times, covered } = await fetch(at(100), at(110));
  assert.deepEqual(times, [...between(100, 105), ...between(106, 110)]);
  assert.deepEqual(covered, [[at(100), at(110)]]);
  fake.tamper = (rows) => rows.map((bar) => ({ ...bar, volume: 0 }));
  assert.deepEqual((await fetch(at(100), at(110))).times, between(100, 110));
  fake.tamper = (rows) => rows.map((bar) => ({ ...bar, open: 1, high: 1, low: 1, close: 1, volume: 0 }));
  assert.deepEqual(await fetch(at(100), at(110)), { times: [], covered: [[at(100), at(110)]], code: undefined });
});

test('an empty answer that stays empty when asked more widely claims nothing', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  windowed(fake, (index) => index > 200);
  assert.deepEqual(await fetch(at(1_500), at(1_600)), { times: [], covered: [], code: 'PROVIDER_OUT_OF_REACH' });
  assert.equal(fake.requests.length, 2);
  fake.failAlways(answering(200, '{"retMsg":"under maintenance"}'));
  assert.deepEqual(await fetch(at(100), at(200)), { times: [], covered: [], code: 'PROVIDER_ANSWER_INVALID' });
});

test('rows that vanish while they are paged through are an invalid answer', { skip }, async (t) => {
  const { fake, fetch } = await aCcxt(t, bars);
  fake.tamper = (rows) => (fake.requests.length === 1 ? rows.slice(0, 50) : []);
  const { covered, code } = await fetch(at(100), at(200));
  assert.deepEqual([covered, code], [[[at(100), at(149)]], 'PROVIDER_ANSWER_INVALID']);
});

for (const [what, status, body, code] of [
  ['the firewall refuses', 403, '<html></html>', 'PROVIDER_REFUSED'],
  ['a path is gone', 404, '', 'PROVIDER_REFUSED'],
  ['a symbol is refused', 400, '{"code":-1121,"msg":"Invalid symbol."}', 'PROVIDER_SYMBOL_UNKNOWN'],
  ['a request is refused', 400, '{"code":-1100,"msg":"Illegal characters"}', 'PROVIDER_REFUSED'],
  ['it is too fast', 429, '', 'PROVIDER_RATE_LIMITED'],
  ['the exchange is down', 503, '', 'PROVIDER_UNAVAILABLE'],
] as const)
  test(`status ${status} is ${code} where ${what}`, { skip }, async (t) => {
    const { fake, fetch } = await aCcxt(t, bars);
    fake.failAlways(answering(status, body));
    assert.equal((await fetch(at(0), at(10))).code, code);
  });

test('a list of markets that failed to load is asked for again', { skip }, async (t) => {
  const fake = await startFakeBinance(t, { bars, now: NOW });
  const provider = createCcxt({ exchange: 'binance', url: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  fake.fail(answering(500));
  await assert.rejects(async () => provider.describeInstrument?.(BTC, signal), { code: 'PROVIDER_UNAVAILABLE' });
  assert.deepEqual(await provider.describeInstrument?.(BTC, signal), {
    instrumentId: 'BINANCE:BTCUSDT',
    symbol: 'BTC/USDT',
    name: 'BTC/USDT',
    assetType: 'crypto',
    currency: 'USDT',
    priceDecimals: 2,
  });
  const { length } = fake.requests;
  const found = await provider.searchInstruments?.('eth', signal);
  assert.deepEqual(
    found?.map(({ instrumentId }) => instrumentId),
    ['BINANCE:ETHBTC'],
  );
  const byAlias = { instrumentId: instrumentId('MINE:BTC'), symbol: 'BTC/USDT' };
  assert.equal((await provider.describeInstrument?.(byAlias, signal))?.instrumentId, 'MINE:BTC');
  assert.equal(fake.requests.length, length, 'the list is kept');
});

test('of binance spot markets alone are asked for, from the host of its public data', { skip }, async (t) => {
  const { urls } = await loadExchange('ccxt-binance', 'binance');
  assert.equal((urls.api as { readonly public: string }).public, 'https://data-api.binance.vision/api/v3');
  const fake = await startFakeBinance(t, { bars, now: NOW });
  const provider = createCcxt({ exchange: 'binance', url: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  await provider.describeInstrument?.(BTC, signal);
  assert.deepEqual(
    fake.requests.map(({ url }) => url.pathname),
    ['/api/v3/exchangeInfo'],
  );
});

/** gate with a swap of 0.0001 BTC a contract and one of 1 USD, each row of 70 contracts. */
async function aGate(t: TestContext) {
  const contract = (name: string, quanto_multiplier: string) => ({ name, quanto_multiplier, mark_price: '100' });
  const row = (openTime: number) => ({ t: openTime / 1_000, o: '100', h: '101', l: '99', c: '100', v: 70 });
  const fake = await startFakeServer(t, {
    now: NOW,
    answer: ({ url: { pathname, searchParams } }) => {
      if (pathname === '/api/v4/futures/usdt/contracts') return jsonAnswer([contract('BTC_USDT', '0.0001')]);
      if (pathname === '/api/v4/futures/btc/contracts') return jsonAnswer([contract('BTC_USD', '0')]);
      if (!pathname.endsWith('/candlesticks')) return jsonAnswer([]);
      const [from, to] = ['from', 'to'].map((key) => Number(searchParams.get(key)) * 1_000);
      return jsonAnswer(
        bars.filter(({ openTime }) => openTime >= from && openTime <= to).map(({ openTime }) => row(openTime)),
      );
    },
  });
  const provider = createCcxt({ exchange: 'gate', url: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  const range = { from: epochMs(at(100)), to: epochMs(at(110)) };
  return async (symbol: string): Promise<number[]> => {
    const swap = { instrumentId: instrumentId('GATE:BTC'), symbol };
    const pages = await collect(provider.fetchBars({ ...swap, interval: '1m', range, now: NOW, signal }));
    return pages.flatMap(({ columns }) => [...columns.volume]);
  };
}

test('a volume in contracts is told in units of the base, or refused where a contract is none', { skip }, async (t) => {
  const volumes = await aGate(t);
  assert.deepEqual(
    await volumes('BTC/USDT:USDT'),
    Array.from({ length: 10 }, () => 70 * 0.0001),
  );
  await assert.rejects(volumes('BTC/USD:BTC'), { code: 'PROVIDER_REFUSED', message: /volume of BTC\/USD:BTC/ });
});

const swapOf = (linear: boolean, contractSize: number): Market => ({
  id: 'BTC',
  symbol: 'BTC/X:X',
  contract: true,
  linear,
  contractSize,
});

test('what a volume counts is known of the exchange, or does not matter, or is refused', () => {
  const unit = (exchange: string, market: Market) => volumeUnitOf('ccxt', exchange, market);
  assert.equal(unit('kraken', { id: 'BTC', symbol: 'BTC/USD', spot: true }), 1);
  assert.equal(unit('okx', swapOf(true, 0.01)), 1);
  assert.equal(unit('bybit', swapOf(false, 1)), 1);
  assert.equal(unit('unheard-of', swapOf(true, 1)), 1);
  for (const [linear, contractSize] of [
    [true, 0.01],
    [false, 1],
  ] as const)
    assert.throws(() => unit('unheard-of', swapOf(linear, contractSize)), { code: 'PROVIDER_REFUSED' });
});

test('an exchange that ccxt does not know is refused', { skip }, async () => {
  for (const exchange of ['nonesuch', 'Exchange', 'exchanges', 'toString']) {
    const provider = createCcxt({ exchange, clock: () => NOW });
    await assert.rejects(async () => provider.searchInstruments?.('', signal), {
      code: 'PROVIDER_REFUSED',
      message: `ccxt-${exchange}: ccxt knows no exchange ${exchange}`,
    });
  }
});

test('an exchange that is not asked by GET is refused', { skip }, async (t) => {
  const fake = await startFakeBinance(t, { bars, now: NOW });
  const provider = createCcxt({ exchange: 'hyperliquid', url: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  const searched = async () => provider.searchInstruments?.('', signal);
  await assert.rejects(searched, { code: 'PROVIDER_REFUSED', message: /wants POST/ });
  assert.equal(fake.requests.length, 0);
});

test('an interval that the exchange lacks is out of reach', { skip }, async (t) => {
  const { provider } = await aCcxt(t, bars);
  const range = { from: epochMs(at(0)), to: epochMs(at(90)) };
  const pages = provider.fetchBars({ ...BTC, interval: '45m', range, now: NOW, signal })[Symbol.asyncIterator]();
  await assert.rejects(async () => pages.next(), { code: 'PROVIDER_OUT_OF_REACH' });
});

test(
  'without the library the refusal says what to install',
  { skip: isInstalled && 'ccxt is installed here' },
  async () => {
    const provider = createCcxt({ exchange: 'binance', clock: () => NOW });
    await assert.rejects(async () => provider.searchInstruments?.('', signal), {
      code: 'PROVIDER_REFUSED',
      message: /npm install ccxt/,
    });
  },
);
