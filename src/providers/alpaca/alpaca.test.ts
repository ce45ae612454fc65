import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { collect } from '../../../test/support/collect.ts';
import {
  ALPACA_KEY,
  ALPACA_SECRET,
  startFakeAlpaca,
  type FakeAlpaca,
  type FakeAlpacaWorld,
} from '../../../test/support/fake-alpaca/index.ts';
import { answering } from '../../../test/support/fake-vendor/faults.ts';
import { madeBars, type FakeBar } from '../../../test/support/fake-vendor/made-bars.ts';
import { barsOf, epochMs, instrumentId, type BarInterval } from '../../market/index.ts';
import { testProvider } from '../../../test/support/provider-contract.ts';
import { createAlpaca, type AlpacaOptions } from './index.ts';

const AAPL = { instrumentId: instrumentId('NASDAQ:AAPL'), symbol: undefined };
const BITCOIN = { instrumentId: instrumentId('ALPACA:BTCUSD'), symbol: 'BTC/USD' };
const UNKNOWN = { instrumentId: instrumentId('NYSE:NONESUCH'), symbol: undefined };
const KEYS = { key: ALPACA_KEY, secret: ALPACA_SECRET };
const FROM = Date.UTC(2026, 0, 5, 15);
const NOW = Date.UTC(2026, 0, 20, 12);
const DAY = 86_400_000;
const signal = new AbortController().signal;

testProvider('alpaca', { sendsNullPrices: false, namesSymbol: true }, async (t, { clock, patience, ...world }) => {
  const fake = await startFakeAlpaca(t, world);
  const provider = createAlpaca({ ...KEYS, baseUrl: fake.url, clock: clock.now, timer: clock.timer, patience });
  return { provider, fake, instrument: AAPL, unknown: UNKNOWN };
});

async function anAlpaca(t: TestContext, world: Partial<FakeAlpacaWorld> = {}, options: Partial<AlpacaOptions> = KEYS) {
  const bars = world.bars ?? madeBars({ interval: '1m', from: FROM, to: FROM + 3_600_000 });
  const fake = await startFakeAlpaca(t, { now: NOW, ...world, bars });
  const provider = createAlpaca({ baseUrl: fake.url, clock: () => NOW, patience: { attempts: 1 }, ...options });
  t.after(() => provider.close());
  const fetch = async (
    of = AAPL as typeof AAPL | typeof UNKNOWN | typeof BITCOIN,
    interval: BarInterval = '1m',
    from = FROM,
    to = FROM + 3_600_000,
  ) => {
    const range = { from: epochMs(from), to: epochMs(to) };
    const pages = await collect(provider.fetchBars({ ...of, interval, range, now: NOW, signal }));
    return { bars: pages.flatMap(({ columns }) => barsOf(columns)), covered: pages.map(({ covered }) => covered) };
  };
  return { fake, provider, bars, fetch };
}

const HOUR = { from: FROM, to: FROM + 3_600_000 };

test('asks for raw prices, up to a millisecond before the end, with the keys as headers', async (t) => {
  const { fake, fetch } = await anAlpaca(t, {}, { ...KEYS, feed: 'iex' });
  await fetch();
  const [{ url, headers }] = fake.requests;
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    symbols: 'AAPL',
    timeframe: '1Min',
    start: '2026-01-05T15:00:00Z',
    end: '2026-01-05T15:59:59.999Z',
    limit: '10000',
    sort: 'asc',
    adjustment: 'raw',
    feed: 'iex',
  });
  assert.equal(headers['apca-api-key-id'], ALPACA_KEY);
});

test('each page covers up to its last bar; an empty one that leads on covers nothing', async (t) => {
  const { fake, fetch, bars } = await anAlpaca(t);
  fake.pageRows = 25;
  fake.beginsEmpty = true;
  const { bars: got, covered } = await fetch();
  assert.equal(got.length, bars.length);
  assert.deepEqual(
    covered.map(({ to }) => (to - FROM) / 60_000),
    [25, 50, 60],
  );
  assert.equal(fake.requests.length, 4);
});

test('pages that lead to themselves are refused', async (t) => {
  const { fake, fetch } = await anAlpaca(t);
  fake.pageRows = 5;
  fake.isEndless = true;
  await assert.rejects(fetch(), { code: 'PROVIDER_ANSWER_INVALID' });
});

test("a stock's day is labelled by New York's date, in winter and summer", async (t) => {
  const dayBar = (openTime: number): FakeBar => ({ openTime, open: 1, high: 2, low: 1, close: 2, volume: 10 });
  const bars = [Date.UTC(2025, 6, 7, 4), Date.UTC(2025, 6, 8, 4), Date.UTC(2026, 0, 6, 5)].map(dayBar);
  const { fetch } = await anAlpaca(t, { bars });
  const days = async (from: number, to: number) =>
    (await fetch(AAPL, '1d', from, to)).bars.map(({ openTime }) => new Date(openTime).toISOString());
  assert.deepEqual(await days(Date.UTC(2025, 6, 8), Date.UTC(2026, 0, 7)), [
    '2025-07-08T00:00:00.000Z',
    '2026-01-06T00:00:00.000Z',
  ]);
  assert.deepEqual(await days(Date.UTC(2025, 6, 7), Date.UTC(2025, 6, 8)), ['2025-07-07T00:00:00.000Z']);
});

test('crypto is asked for by its alias, without keys; its days that are not of UTC are not claimed', async (t) => {
  const { fake, fetch } = await anAlpaca(
    t,
    { bars: [{ openTime: FROM, open: 1, high: 2, low: 1, close: 2, volume: 1 }] },
    {},
  );
  assert.equal((await fetch(BITCOIN)).bars.length, 1);
  assert.equal(fake.requests[0].url.pathname, '/v1beta3/crypto/us/bars');
  assert.equal(fake.requests[0].url.searchParams.get('symbols'), 'BTC/USD');
  const day = Date.UTC(2026, 0, 5);
  assert.deepEqual(await fetch(BITCOIN, '1d', day, day + 3 * DAY), {
    bars: [],
    covered: [{ from: day + 2 * DAY, to: day + 3 * DAY }],
  });
});

test('bars of quotes alone are none, and their minutes are known to be without trades', async (t) => {
  const minute = (index: number, volume: number): FakeBar => {
    return { openTime: FROM + index * 60_000, open: 1, high: 3, low: 1, close: 2 + index, volume };
  };
  const { fetch, fake } = await anAlpaca(t, { bars: [minute(0, 0), minute(1, 5), minute(2, 0), minute(3, 0)] }, {});
  const got = await fetch(BITCOIN);
  assert.deepEqual(
    got.bars.map(({ openTime }) => openTime),
    [FROM + 60_000],
  );
  assert.deepEqual(got.covered, [HOUR]);
  fake.pageRows = 2;
  const paged = await fetch(BITCOIN);
  assert.deepEqual(paged.bars, got.bars);
  assert.deepEqual(
    paged.covered.map(({ to }) => (to - FROM) / 60_000),
    [2, 60],
  );
  assert.ok(
    fake.requests.every(({ url }) => url.searchParams.get('timeframe') === '1Min'),
    'the symbol is known by them',
  );
});

test('without keys, or with wrong ones, the message names the variables and no secret', async (t) => {
  const none = await anAlpaca(t, {}, {});
  await assert.rejects(none.fetch(), { code: 'PROVIDER_REFUSED', message: /POCKETQUANT_ALPACA_KEY and .*_SECRET/ });
  assert.equal(none.fake.requests.length, 0);
  const wrong = await anAlpaca(t, {}, { key: 'PKOTHER', secret: 'wrong/secret' });
  await assert.rejects(wrong.fetch(), (error) => {
    assert.match(String(error), /forbidden for …; .*POCKETQUANT_ALPACA_KEY and POCKETQUANT_ALPACA_SECRET/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /PKOTHER|wrong\/secret/);
    return true;
  });
});

test('401 is a matter of keys, too; other refusals are told as Alpaca tells them', async (t) => {
  const { fake, fetch } = await anAlpaca(t);
  fake.fail(answering(401, '{"message":"unauthorized."}'), answering(400, '{"message":"invalid symbol: A B"}'));
  await assert.rejects(fetch(), { code: 'PROVIDER_REFUSED', message: /POCKETQUANT_ALPACA_SECRET/ });
  await assert.rejects(fetch(), { code: 'PROVIDER_SYMBOL_UNKNOWN' });
  fake.fail(answering(422, '{"message":"no such thing"}'));
  await assert.rejects(fetch(), { code: 'PROVIDER_REFUSED', message: 'alpaca: no such thing' });
});

test('an empty answer counts only for a symbol that exists, which is asked once', async (t) => {
  const bars = madeBars({ interval: '1m', from: FROM - DAY, to: FROM - DAY + 60_000 });
  const { fake, fetch } = await anAlpaca(t, { bars });
  assert.deepEqual(await fetch(), { bars: [], covered: [HOUR] });
  await fetch();
  const asked = fake.requests.filter(({ url }) => url.searchParams.get('timeframe') === '1Day');
  assert.deepEqual(
    asked.map(({ url }) => url.searchParams.get('limit')),
    ['1'],
  );
});

const RECENT = 'subscription does not permit querying recent SIP data';
const minutesAgo = (minutes: number) => NOW - minutes * 60_000;
const endsAsked = (fake: FakeAlpaca) =>
  fake.requests.filter(({ url }) => url.pathname === '/v2/stocks/bars').map(({ url }) => url.searchParams.get('end'));

test('of a free plan the last 16 minutes are left out and not claimed, from the first refusal on', async (t) => {
  const bars = madeBars({ interval: '1m', from: minutesAgo(60), to: NOW });
  for (const feed of [undefined, 'sip']) {
    const { fake, fetch } = await anAlpaca(t, { bars }, feed === undefined ? KEYS : { ...KEYS, feed });
    fake.isFreePlan = true;
    for (const _ of [1, 2]) {
      const got = await fetch(AAPL, '1m', minutesAgo(60), NOW);
      assert.deepEqual([got.bars.length, got.covered], [44, [{ from: minutesAgo(60), to: minutesAgo(16) }]]);
    }
    assert.deepEqual(endsAsked(fake), [
      '2026-01-20T11:59:59.999Z',
      '2026-01-20T11:43:59.999Z',
      '2026-01-20T11:43:59.999Z',
    ]);
    assert.deepEqual(await fetch(AAPL, '1m', minutesAgo(10), NOW), { bars: [], covered: [] });
    assert.equal(endsAsked(fake).length, 3, 'what is not given is not asked for');
  }
});

test('a clock that is ahead of a free plan is allowed for, and one that is far off is told', async (t) => {
  const bars = madeBars({ interval: '1m', from: minutesAgo(60), to: NOW });
  const { fake, fetch } = await anAlpaca(t, { bars, now: minutesAgo(1.5) });
  fake.isFreePlan = true;
  const { covered } = await fetch(AAPL, '1m', minutesAgo(60), NOW);
  assert.deepEqual(covered, [{ from: minutesAgo(60), to: minutesAgo(18) }]);
  fake.now = minutesAgo(40);
  await assert.rejects(fetch(AAPL, '1m', minutesAgo(60), NOW), (error) => {
    assert.match(String(error), /free plan .*POCKETQUANT_ALPACA_FEED=iex/);
    assert.doesNotMatch(String(error), /POCKETQUANT_ALPACA_KEY/);
    return true;
  });
});

test('a feed that is named, crypto and what is old are asked for as they are, on a free plan too', async (t) => {
  const bars = madeBars({ interval: '1m', from: minutesAgo(60), to: NOW });
  const iex = await anAlpaca(t, { bars }, { ...KEYS, feed: 'iex' });
  iex.fake.isFreePlan = true;
  const hour = { from: minutesAgo(60), to: NOW };
  assert.deepEqual((await iex.fetch(AAPL, '1m', hour.from, hour.to)).covered, [hour]);
  const { fake, fetch } = await anAlpaca(t, { bars });
  fake.isFreePlan = true;
  await fetch(AAPL, '1m', hour.from, hour.to);
  assert.deepEqual((await fetch(BITCOIN, '1m', hour.from, hour.to)).covered, [hour]);
});

test('a minute is final 17 minutes after its close, until an answer shows that the plan gives what is recent', async (t) => {
  const bars = madeBars({ interval: '1m', from: minutesAgo(60), to: NOW });
  const { fake, fetch, provider } = await anAlpaca(t, { bars });
  const minutes = () => provider.finalityDelayMs('1m') / 60_000;
  await fetch();
  assert.equal(minutes(), 17, 'what is old shows nothing');
  await fetch(AAPL, '1m', minutesAgo(60), NOW);
  assert.equal(minutes(), 2);
  fake.fail(answering(403, JSON.stringify({ message: RECENT })));
  await fetch(AAPL, '1m', minutesAgo(60), NOW);
  assert.equal(minutes(), 17);
  assert.equal(provider.finalityDelayMs('1d'), DAY / 2);
  assert.equal((await anAlpaca(t, {}, { ...KEYS, feed: 'iex' })).provider.finalityDelayMs('1m'), 120_000);
});

test('what a plan does not include is a matter of the plan, not of the keys', async (t) => {
  const { fake, fetch } = await anAlpaca(t);
  fake.fail(answering(403, '{"message":"subscription does not permit querying OTC data"}'));
  await assert.rejects(fetch(), (error) => {
    assert.match(String(error), /plan does not include it: .*POCKETQUANT_ALPACA_FEED/);
    assert.doesNotMatch(String(error), /POCKETQUANT_ALPACA_KEY/);
    return true;
  });
});

test('a stock is known by its oldest day, whichever feed is asked', async (t) => {
  for (const feed of ['iex', 'sip', undefined]) {
    const options = feed === undefined ? KEYS : { ...KEYS, feed };
    const { fake, fetch } = await anAlpaca(
      t,
      { bars: madeBars({ interval: '1m', from: FROM - DAY, to: FROM - DAY + 60_000 }) },
      options,
    );
    fake.isFreePlan = true;
    assert.deepEqual(await fetch(), { bars: [], covered: [HOUR] });
    const count = fake.requests.length;
    await fetch();
    assert.equal(fake.requests.length, count + 1, 'one that is known stays so');
    await assert.rejects(fetch(UNKNOWN), { code: 'PROVIDER_SYMBOL_UNKNOWN' });
  }
});

test('splits and dividends are told by ex-day, of this symbol, from all pages', async (t) => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
  const { provider, fake } = await anAlpaca(t, {
    actions: [
      {
        forward_splits: [
          { id: '1', symbol: 'AAPL', old_rate: 1, new_rate: 4, ex_date: '2020-08-31', process_date: '2020-08-31' },
        ],
        cash_dividends: [{ id: '2', symbol: 'AAPL', rate: 0.82, ex_date: '2020-08-07', process_date: '2020-08-13' }],
      },
      {
        reverse_splits: [{ id: '3', symbol: 'AAPL', old_rate: 10, new_rate: 1, ex_date: '2020-09-15' }],
        cash_dividends: [
          { id: '4', symbol: 'OTHER', rate: 1, ex_date: '2020-08-20' },
          { id: '5', symbol: 'AAPL', rate: 0.205, ex_date: '2020-11-06' },
        ],
      },
    ],
  });
  const range = { from: epochMs(day('2020-08-07')), to: epochMs(day('2020-11-06')) };
  assert.deepEqual(await provider.fetchCorporateActions?.(AAPL, range, signal), [
    { kind: 'dividend', exDay: day('2020-08-07'), amount: 0.82 },
    { kind: 'split', exDay: day('2020-08-31'), numerator: 4, denominator: 1 },
    { kind: 'split', exDay: day('2020-09-15'), numerator: 1, denominator: 10 },
  ]);
  assert.equal(fake.requests[0].url.searchParams.get('start'), '2020-07-07');
  assert.deepEqual(await provider.fetchCorporateActions?.(BITCOIN, range, signal), []);
});

test('a bar tells how many trades there were, and by its average price what was paid', async (t) => {
  const bar = { openTime: FROM, open: 1, high: 9, low: 1, close: 2, volume: 3, trades: 7, turnover: 0.3 };
  const { fetch } = await anAlpaca(t, { bars: [bar] });
  const [{ trades, turnover, volume = NaN }] = (await fetch()).bars;
  assert.deepEqual([trades, turnover, (turnover ?? NaN) / volume], [7, 0.3, 0.09999999999999999]);
});
