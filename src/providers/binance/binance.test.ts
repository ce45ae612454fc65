import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { collect } from '../../../test/support/collect.ts';
import { startFakeBinance } from '../../../test/support/fake-binance/index.ts';
import { answering } from '../../../test/support/fake-vendor/faults.ts';
import { madeBars } from '../../../test/support/fake-vendor/made-bars.ts';
import { closeTimeOf, epochMs, instrumentId, openTimeAt, type BarInterval } from '../../market/index.ts';
import { testProvider } from '../../../test/support/provider-contract.ts';
import { createBinance } from './index.ts';

const BTC = { instrumentId: instrumentId('BINANCE:BTCUSDT'), symbol: undefined };
const UNKNOWN = { instrumentId: instrumentId('BINANCE:NONESUCH'), symbol: undefined };
const NOW = Date.UTC(2026, 0, 15, 12, 0, 30);
const signal = new AbortController().signal;

// Klines do not say whose they are, so another symbol's bars cannot be told from the right ones.
testProvider('binance', { sendsNullPrices: false, namesSymbol: false }, async (t, { clock, patience, ...world }) => {
  const fake = await startFakeBinance(t, world);
  const provider = createBinance({ baseUrl: fake.url, clock: clock.now, timer: clock.timer, patience });
  return { provider, fake, instrument: BTC, unknown: UNKNOWN };
});

async function aBinance(t: TestContext, interval: BarInterval = '1m', from = NOW - 3_600_000) {
  const bars = madeBars({ interval, from: openTimeAt(from, interval), to: NOW });
  const fake = await startFakeBinance(t, { bars, now: NOW });
  const clock = { now: NOW };
  const provider = createBinance({ baseUrl: fake.url, clock: () => clock.now, patience: { attempts: 1 } });
  t.after(() => provider.close());
  return { provider, fake, bars, clock };
}

for (const interval of ['1s', '1h', '1d', '1w', '1M'] as const)
  test(`asks for ${interval} in the words of Binance, the end a millisecond earlier`, async (t) => {
    const days = { '1s': 0.01, '1h': 3, '1d': 30, '1w': 300, '1M': 900 }[interval];
    const { provider, fake, bars } = await aBinance(t, interval, NOW - days * 86_400_000);
    const range = { from: epochMs(bars[0].openTime), to: openTimeAt(NOW, interval) };
    const pages = await collect(provider.fetchBars({ ...BTC, interval, range, now: NOW, signal }));
    const got = pages.flatMap(({ columns }) => [...columns.openTime]);
    assert.deepEqual(
      got,
      bars.map(({ openTime }) => openTime).filter((openTime) => closeTimeOf(openTime, interval) <= NOW),
    );
    assert.ok(got.length > 5);
    const params = Object.fromEntries(fake.requests[0].url.searchParams);
    assert.deepEqual(params, {
      symbol: 'BTCUSDT',
      interval,
      startTime: String(range.from),
      endTime: String(range.to - 1),
      limit: '1000',
    });
  });

test('klines of another time than asked for are refused, not paged through for ever', async (t) => {
  const { provider, fake } = await aBinance(t);
  fake.tamper = (bars) => bars.map((bar) => ({ ...bar, openTime: bar.openTime - 864_000_000 }));
  const range = { from: epochMs(NOW - 30_000 - 600_000), to: epochMs(NOW - 30_000) };
  const fetched = collect(provider.fetchBars({ ...BTC, interval: '1m', range, now: NOW, signal }));
  await assert.rejects(fetched, { code: 'PROVIDER_ANSWER_INVALID' });
});

test('an instrument is found by its symbol or name; those in any script too', async (t) => {
  const { provider, fake, clock } = await aBinance(t);
  const ids = async (text: string) =>
    (await provider.searchInstruments?.(text, signal))?.map(({ instrumentId }) => instrumentId);
  assert.deepEqual(await ids('btc'), ['BINANCE:BTCUSDT', 'BINANCE:ETHBTC']);
  assert.deepEqual(await ids('eth/'), ['BINANCE:ETHBTC']);
  assert.deepEqual(await ids('nothing'), []);
  assert.deepEqual(await ids('币'), ['BINANCE:币安人生USDT']);
  assert.equal(fake.requests.length, 1, 'the list is kept');
  clock.now += 3_600_000;
  await ids('btc');
  assert.equal(fake.requests.length, 2, 'for an hour');
});

test('a list that failed to load is asked for again', async (t) => {
  const { provider, fake } = await aBinance(t);
  fake.fail(answering(500));
  await assert.rejects(async () => provider.searchInstruments?.('btc', signal), { code: 'PROVIDER_UNAVAILABLE' });
  assert.equal((await provider.searchInstruments?.('btc', signal))?.length, 2);
});

test('an instrument is described by its base, quote and tick size', async (t) => {
  const { provider } = await aBinance(t);
  assert.deepEqual(await provider.describeInstrument?.(BTC, signal), {
    instrumentId: 'BINANCE:BTCUSDT',
    symbol: 'BTCUSDT',
    name: 'BTC/USDT',
    assetType: 'crypto',
    currency: 'USDT',
    priceDecimals: 2,
  });
  await assert.rejects(async () => provider.describeInstrument?.(UNKNOWN, signal), { code: 'PROVIDER_SYMBOL_UNKNOWN' });
});

test('history begins with the first kline, whatever is asked for after it', async (t) => {
  const { provider, bars } = await aBinance(t, '1h', NOW - 86_400_000);
  assert.equal(await provider.firstOpenTime?.(BTC, '1h', signal), bars[0].openTime);
});

test('a kline tells how many trades there were, and what was paid', async (t) => {
  const { provider, fake, bars } = await aBinance(t);
  fake.tamper = (rows) => rows.map((row) => ({ ...row, trades: 7, turnover: 1_234.5678 }));
  const range = { from: epochMs(bars[0].openTime), to: epochMs(bars[2].openTime) };
  const [{ columns }] = await collect(provider.fetchBars({ ...BTC, interval: '1m', range, now: NOW, signal }));
  assert.deepEqual(
    [columns.trades, columns.turnover],
    [Float64Array.of(7, 7), Float64Array.of(1_234.5678, 1_234.5678)],
  );
  assert.equal(columns.openInterest, undefined);
});
