import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { collect } from '../../../test/support/collect.ts';
import { madeBars, type FakeBar } from '../../../test/support/fake-vendor/made-bars.ts';
import { startFakeYahoo, type FakeYahooWorld } from '../../../test/support/fake-yahoo/index.ts';
import { barsOf, epochMs, instrumentId, type BarInterval } from '../../market/index.ts';
import { testProvider } from '../../../test/support/provider-contract.ts';
import type { RequestedInstrument } from '../contract/index.ts';
import { createYahoo } from './index.ts';

const AAPL = { instrumentId: instrumentId('NASDAQ:AAPL'), symbol: undefined };
const UNKNOWN = { instrumentId: instrumentId('NASDAQ:NONESUCH'), symbol: undefined };
const NOW = Date.UTC(2026, 2, 13, 22);
const DAY = 86_400_000;
const signal = new AbortController().signal;

const TRAITS = { sendsNullPrices: true, namesSymbol: true, tellsLoss: true, isBusyForLong: true };

testProvider('yahoo', TRAITS, async (t, { clock, patience, ...world }) => {
  const fake = await startFakeYahoo(t, world);
  const provider = createYahoo({ baseUrl: fake.url, clock: clock.now, timer: clock.timer, patience });
  return { provider, fake, instrument: AAPL, unknown: UNKNOWN };
});

async function aYahoo(t: TestContext, world: Partial<FakeYahooWorld> = {}) {
  const fake = await startFakeYahoo(t, { bars: [], now: NOW, ...world });
  const provider = createYahoo({ baseUrl: fake.url, clock: () => NOW, patience: { attempts: 1 } });
  t.after(() => provider.close());
  const fetch = async (interval: BarInterval, from: number, to: number, of: RequestedInstrument = AAPL, now = NOW) => {
    const range = { from: epochMs(from), to: epochMs(to) };
    const pages = await collect(provider.fetchBars({ ...of, interval, range, now, signal }));
    return { bars: pages.flatMap(({ columns }) => barsOf(columns)), covered: pages.map(({ covered }) => covered) };
  };
  return { fake, provider, fetch };
}

const dayBar = (openTime: number, close: number): FakeBar => ({ openTime, open: 1, high: 9, low: 1, close, volume: 5 });
const daysOf = (bars: readonly { readonly openTime: number; readonly close: number }[]) =>
  bars.map(({ openTime, close }) => [new Date(openTime).toISOString().slice(0, 10), close]);

test("a day is labelled by the exchange's date, whether its time is the open, midnight, or off around DST", async (t) => {
  const bars = [
    dayBar(Date.UTC(2026, 2, 4, 5), 4), // midnight
    dayBar(Date.UTC(2026, 2, 5, 14, 30), 5), // regular open
    dayBar(Date.UTC(2026, 2, 9, 3), 9), // an hour before midnight, after the change of March 8
    dayBar(Date.UTC(2026, 2, 10, 13, 30), 10),
  ];
  const { fetch } = await aYahoo(t, { bars });
  const range = [Date.UTC(2026, 2, 4), Date.UTC(2026, 2, 11)] as const;
  const { bars: got, covered } = await fetch('1d', ...range);
  assert.deepEqual(daysOf(got), [
    ['2026-03-04', 4],
    ['2026-03-05', 5],
    ['2026-03-09', 9],
    ['2026-03-10', 10],
  ]);
  // Of Friday the 6th there is no row; on the weekend nothing trades.
  assert.deepEqual(covered, [
    { from: range[0], to: Date.UTC(2026, 2, 6) },
    { from: Date.UTC(2026, 2, 7), to: range[1] },
  ]);
  assert.deepEqual(daysOf((await fetch('1d', Date.UTC(2026, 2, 5), Date.UTC(2026, 2, 9))).bars), [['2026-03-05', 5]]);
});

test('the live row of a day that is over replaces its bar; that of today is not answered', async (t) => {
  const bars = [dayBar(Date.UTC(2026, 2, 12, 13, 30), 12), dayBar(Date.UTC(2026, 2, 13, 13, 30), 13)];
  const { fake, fetch } = await aYahoo(t, { bars });
  fake.lastTradeAt = Date.UTC(2026, 2, 13, 20);
  const range = [Date.UTC(2026, 2, 12), Date.UTC(2026, 2, 15)] as const;
  assert.deepEqual(daysOf((await fetch('1d', ...range)).bars), [['2026-03-12', 12]]);
  fake.now = NOW + DAY;
  assert.deepEqual(daysOf((await fetch('1d', ...range, AAPL, NOW + DAY)).bars), [
    ['2026-03-12', 12],
    ['2026-03-13', 13],
  ]);
});

test('two values for a day are both told, unless the last row is one of them', async (t) => {
  const day = (date: number, close: number): FakeBar => dayBar(Date.UTC(2026, 2, date, 13, 30), close);
  const { fake, fetch } = await aYahoo(t, { bars: [] });
  fake.tamper = () => [day(10, 3), day(10, 4), day(11, 5), day(11, 6)];
  const range = [Date.UTC(2026, 2, 10), Date.UTC(2026, 2, 12)] as const;
  assert.deepEqual(daysOf((await fetch('1d', ...range)).bars), [
    ['2026-03-10', 3],
    ['2026-03-10', 4],
    ['2026-03-11', 6],
  ]);
});

test('rows of volume 0 that repeat the last close are none, those at another price are bars', async (t) => {
  const from = Date.UTC(2026, 2, 13, 15);
  const flat = (index: number, price: number, volume: number): FakeBar => {
    return { openTime: from + index * 300_000, open: price, high: price, low: price, close: price, volume };
  };
  const rows = [flat(0, 9, 0), flat(1, 9, 5), flat(2, 9, 0), flat(3, 8, 0), flat(4, 8, 3)];
  const { fake, fetch } = await aYahoo(t, { bars: rows });
  const kept = async () => {
    const { bars, covered } = await fetch('5m', from, from + 1_500_000);
    assert.deepEqual(covered, [{ from, to: from + 1_500_000 }]);
    return bars.map(({ openTime }) => (openTime - from) / 300_000);
  };
  assert.deepEqual(await kept(), [1, 3, 4]);
  fake.tamper = (bars) => bars.map((bar) => ({ ...bar, volume: 0 }));
  assert.deepEqual(await kept(), [3], 'a stock has volume: an answer of fillers only says that nothing traded');
  for (const instrumentType of ['INDEX', 'CURRENCY', undefined]) {
    fake.meta = { instrumentType };
    assert.deepEqual(await kept(), [0, 1, 2, 3, 4], 'of an index or a currency the volume is not told');
  }
  fake.tamper = (bars) => bars;
  assert.deepEqual(await kept(), [1, 3, 4], 'some indices have volume');
});

test('after the close the live row is no bar, and its minute is not claimed to be without trades', async (t) => {
  const close = Date.UTC(2026, 2, 13, 20);
  const bars = madeBars({ interval: '1m', from: close - 300_000, to: close });
  const { fake, fetch } = await aYahoo(t, { bars });
  fake.lastTradeAt = close;
  const { bars: got, covered } = await fetch('1m', close - 300_000, close + 300_000);
  assert.deepEqual(
    got.map(({ openTime }) => openTime),
    bars.map(({ openTime }) => openTime),
  );
  assert.deepEqual(covered, [{ from: close - 300_000, to: close }]);
});

const FIVE = 300_000;
const daily = (from: number, days: number): FakeBar[] =>
  Array.from({ length: days }, (_, index) => from + index * DAY)
    .filter((day) => ![0, 6].includes(new Date(day).getUTCDay()))
    .map((day) => dayBar(day + 14.5 * 3_600_000, 5));
const spanText = ({ from, to }: { readonly from: number; readonly to: number }) =>
  `${new Date(from).toISOString().slice(5, 10)}..${new Date(to).toISOString().slice(5, 10)}`;
const withoutPrices = (bar: FakeBar, volume: number | null): FakeBar =>
  ({ openTime: bar.openTime, open: null, high: null, low: null, close: null, volume }) as unknown as FakeBar;

for (const [what, rowOf] of [
  ['no row', () => []],
  ['a row of nulls', (bar: FakeBar) => [withoutPrices(bar, null)]],
  ['a volume without prices', (bar: FakeBar) => [withoutPrices(bar, 5)]],
  ['a close alone', (bar: FakeBar) => [{ ...withoutPrices(bar, null), close: 5 }]],
] as const)
  test(`a trading day of which there is ${what} is not claimed; weekends are`, async (t) => {
    const monday = Date.UTC(2026, 1, 9);
    const { fake, fetch } = await aYahoo(t, { bars: daily(monday - 7 * DAY, 28) });
    const wednesday = monday + 2 * DAY;
    fake.tamper = (bars) =>
      bars.flatMap((bar) => (bar.openTime >= wednesday && bar.openTime < wednesday + DAY ? rowOf(bar) : [bar]));
    const { bars, covered } = await fetch('1d', monday, monday + 14 * DAY);
    assert.deepEqual(covered.map(spanText), ['02-09..02-11', '02-12..02-23']);
    assert.equal(bars.length, 9);
  });

test('of six days of which one has a row that one alone is claimed', async (t) => {
  const monday = Date.UTC(2026, 1, 9);
  const { fetch } = await aYahoo(t, { bars: daily(monday + 2 * DAY, 1) });
  assert.deepEqual((await fetch('1d', monday, monday + 6 * DAY)).covered.map(spanText), ['02-11..02-12']);
});

test('a weekend is not claimed of what trades on weekends', async (t) => {
  const monday = Date.UTC(2026, 1, 9);
  const sunday = dayBar(monday + 6 * DAY + 14.5 * 3_600_000, 5);
  const { fake, fetch } = await aYahoo(t, {
    bars: [...daily(monday, 21), sunday].sort((a, b) => a.openTime - b.openTime),
  });
  const claimed = async () => (await fetch('1d', monday, monday + 21 * DAY)).covered.map(spanText);
  const seen = ['02-09..02-14', '02-15..02-21', '02-23..02-28'];
  assert.deepEqual(await claimed(), seen);
  fake.lost = [{ from: sunday.openTime, to: sunday.openTime + 1 }];
  assert.deepEqual(await claimed(), ['02-09..02-28']);
  fake.meta = { instrumentType: 'CRYPTOCURRENCY' };
  assert.deepEqual(await claimed(), ['02-09..02-14', '02-16..02-21', '02-23..02-28']);
});

test('of longer bars than minutes only those with a row are claimed, silent ones too', async (t) => {
  const open = Date.UTC(2026, 2, 12, 13, 30);
  const traded = madeBars({ interval: '5m', from: open, to: open + 20 * FIVE, isSilent: (index) => index === 4 });
  const { fake, fetch } = await aYahoo(t, { bars: traded });
  const claimed = async (from = 0, to = 20) =>
    (await fetch('5m', open + from * FIVE, open + to * FIVE)).covered.map((part) => [
      (part.from - open) / FIVE,
      (part.to - open) / FIVE,
    ]);
  assert.deepEqual(await claimed(-3, 23), [[0, 20]]);
  assert.deepEqual(await claimed(4, 5), [[4, 5]], 'a silent part is seen to be one of a session with bars');
  fake.lost = [{ from: open + 9 * FIVE, to: open + 11 * FIVE }];
  assert.deepEqual(await claimed(), [
    [0, 9],
    [11, 20],
  ]);
  fake.tamper = (bars) => bars.map((bar) => (bar.openTime === open + 2 * FIVE ? withoutPrices(bar, 7) : bar));
  assert.deepEqual(await claimed(), [
    [0, 2],
    [3, 9],
    [11, 20],
  ]);
  fake.tamper = (bars) => bars.map((bar) => withoutPrices(bar, null));
  assert.deepEqual(await claimed(), [], 'a session without any price is lost');
});

test('a volume that is not told is absent', async (t) => {
  const from = Date.UTC(2026, 2, 13, 15);
  const { fake, fetch } = await aYahoo(t, { bars: madeBars({ interval: '5m', from, to: from + 900_000 }) });
  fake.tamper = (bars) =>
    bars.map((bar, index) => (index === 1 ? ({ ...bar, volume: null } as unknown as FakeBar) : bar));
  const { bars } = await fetch('5m', from, from + 900_000);
  assert.deepEqual(
    bars.map(({ volume }) => volume === undefined),
    [false, true, false],
  );
});

test('bars older than Yahoo reaches are refused; a range that begins earlier is covered from there on', async (t) => {
  const reach = createYahoo({ clock: () => NOW }).reachOf('1m', NOW) ?? 0;
  const { provider, fake, fetch } = await aYahoo(t, {
    bars: madeBars({ interval: '1m', from: reach - 7_200_000, to: reach + 7_200_000 }),
  });
  await assert.rejects(fetch('1m', reach - 7_200_000, reach), { code: 'PROVIDER_OUT_OF_REACH' });
  assert.equal(fake.requests.length, 0);
  const { covered } = await fetch('1m', reach - 7_200_000, reach + 3_600_000);
  assert.deepEqual(covered, [{ from: reach, to: reach + 3_600_000 }]);
  fake.now = NOW + 2 * DAY;
  await assert.rejects(fetch('1m', reach, reach + 60_000), { code: 'PROVIDER_OUT_OF_REACH' });
  assert.equal(provider.reachOf('1d', NOW), undefined);
});

test('bars of another length than asked for are refused', async (t) => {
  const { fake, fetch } = await aYahoo(t);
  fake.meta = { dataGranularity: '1h' };
  await assert.rejects(fetch('15m', NOW - DAY, NOW), { code: 'PROVIDER_ANSWER_INVALID' });
});

test('columns of different lengths and zones that do not exist are refused', async (t) => {
  const { fake, fetch } = await aYahoo(t, { bars: [dayBar(Date.UTC(2026, 2, 12, 13, 30), 12)] });
  fake.meta = { exchangeTimezoneName: 'Mars/Olympus' };
  await assert.rejects(fetch('1d', NOW - 5 * DAY, NOW), { code: 'PROVIDER_ANSWER_INVALID', message: /Mars/ });
  fake.meta = {};
  fake.fail((good, response) => response.end(good.body.replace('"timestamp":[', '"timestamp":[1,')));
  await assert.rejects(fetch('1d', NOW - 5 * DAY, NOW), { code: 'PROVIDER_ANSWER_INVALID', message: /lengths/ });
});

test('a symbol listed elsewhere is another instrument, unless an alias names it', async (t) => {
  const { fetch } = await aYahoo(t);
  const range = [NOW - DAY, NOW] as const;
  const onNyse = { instrumentId: instrumentId('NYSE:AAPL'), symbol: undefined };
  await assert.rejects(fetch('5m', ...range, onNyse), { code: 'PROVIDER_SYMBOL_UNKNOWN', message: /NASDAQ/ });
  await fetch('5m', ...range, { instrumentId: instrumentId('INDEX:SPX'), symbol: '^GSPC' });
});

test('classes of a share are asked for as Yahoo writes them, unless an alias names them otherwise', async (t) => {
  const { fake, fetch } = await aYahoo(t, { bars: daily(NOW - 3 * DAY, 2) });
  const berkshire = { instrumentId: instrumentId('NASDAQ:BRK.B'), symbol: undefined };
  await fetch('1d', NOW - 3 * DAY, NOW, berkshire);
  assert.equal(fake.requests.at(-1)?.url.pathname, '/v8/finance/chart/BRK-B');
  const asNamed = fetch('1d', NOW - 3 * DAY, NOW, { ...berkshire, symbol: 'BRK.B' });
  await assert.rejects(asNamed, { code: 'PROVIDER_SYMBOL_UNKNOWN' });
});

test('who is refused for long is told what may help, and can be asked as another browser', async (t) => {
  const { url } = await startFakeYahoo(t, { bars: [], now: NOW });
  const range = { from: epochMs(NOW - DAY), to: epochMs(NOW) };
  const ask = (userAgent: string) => {
    const provider = createYahoo({ baseUrl: url, clock: () => NOW, userAgent });
    t.after(() => provider.close());
    return collect(provider.fetchBars({ ...AAPL, interval: '5m', range, now: NOW, signal }));
  };
  await assert.rejects(ask('Mozilla/5.0 Firefox/140.0'), {
    code: 'PROVIDER_RATE_LIMITED',
    message: /POCKETQUANT_YAHOO_USER_AGENT/,
  });
  await ask('Mozilla/5.0 Chrome/150.0.0.0');
});

test('an impossible event stops neither bars nor the other events, and is told', async (t) => {
  const date = Date.UTC(2020, 7, 31, 13, 30) / 1_000;
  const fake = await startFakeYahoo(t, {
    bars: daily(NOW - 3 * DAY, 2),
    now: NOW,
    splits: {
      1: { date, numerator: 4, denominator: 0, splitRatio: '4:0' },
      2: { date, numerator: 0, denominator: 1 },
      3: { date, numerator: 4, denominator: 1 },
    },
    dividends: { 1: { date, amount: null }, 2: { date: 'soon', amount: 1 }, 3: { date, amount: 0.2 } },
  });
  const told: string[] = [];
  const warn = ({ message }: Error) => void told.push(message);
  const provider = createYahoo({ baseUrl: fake.url, clock: () => NOW, warn, patience: { attempts: 1 } });
  t.after(() => provider.close());
  const range = { from: epochMs(NOW - 3 * DAY), to: epochMs(NOW) };
  const pages = await collect(provider.fetchBars({ ...AAPL, interval: '1d', range, now: NOW, signal }));
  assert.equal(pages.flatMap(({ columns }) => barsOf(columns)).length, 2);
  const exDay = Date.UTC(2020, 7, 31);
  assert.deepEqual(
    await provider.fetchCorporateActions?.(AAPL, { from: epochMs(exDay), to: epochMs(exDay + DAY) }, signal),
    [
      { kind: 'split', exDay, numerator: 4, denominator: 1 },
      { kind: 'dividend', exDay, amount: 0.2 },
    ],
  );
  assert.equal(told.length, 4);
  assert.match(told[0], /^yahoo: .*AAPL.*"denominator":0/);
});

test('splits and dividends are told by ex-day, oldest first', async (t) => {
  const at = (month: number, day: number) => Date.UTC(2020, month - 1, day, 13, 30) / 1_000;
  const { provider } = await aYahoo(t, {
    splits: { 1: { date: at(8, 31), numerator: 4, denominator: 1, splitRatio: '4:1' } },
    dividends: { 1: { date: at(11, 6), amount: 0.205 }, 2: { date: at(8, 7), amount: 0.205 } },
  });
  const range = { from: epochMs(Date.UTC(2020, 7, 7)), to: epochMs(Date.UTC(2020, 10, 6)) };
  assert.deepEqual(await provider.fetchCorporateActions?.(AAPL, range, signal), [
    { kind: 'dividend', exDay: Date.UTC(2020, 7, 7), amount: 0.205 },
    { kind: 'split', exDay: Date.UTC(2020, 7, 31), numerator: 4, denominator: 1 },
  ]);
});

test('what prices are in is told with the bars', async (t) => {
  const { provider, fake } = await aYahoo(t, { bars: [dayBar(Date.UTC(2026, 2, 12, 13, 30), 12)] });
  const range = { from: epochMs(Date.UTC(2026, 2, 12)), to: epochMs(Date.UTC(2026, 2, 13)) };
  for (const [vendors, ours] of [
    ['USD', 'USD'],
    ['GBp', 'GBX'],
    ['ZAc', 'ZAC'],
    [null, undefined],
  ] as const) {
    fake.meta = { currency: vendors };
    const pages = await collect(provider.fetchBars({ ...AAPL, interval: '1d', range, now: NOW, signal }));
    assert.deepEqual(
      pages.map(({ currency }) => currency),
      [ours],
    );
  }
});

test('an instrument is described from what its chart says', async (t) => {
  const { provider, fake } = await aYahoo(t);
  assert.deepEqual(await provider.describeInstrument?.(AAPL, signal), {
    instrumentId: 'NASDAQ:AAPL',
    symbol: 'AAPL',
    name: 'Apple Inc.',
    assetType: 'stock',
    currency: 'USD',
    priceDecimals: undefined,
  });
  fake.meta = { currency: 'GBp' };
  assert.equal((await provider.describeInstrument?.(AAPL, signal))?.currency, 'GBX', 'prices are in pence');
  await assert.rejects(async () => provider.describeInstrument?.(UNKNOWN, signal), { code: 'PROVIDER_SYMBOL_UNKNOWN' });
});

test('history begins where Yahoo says that trading did, by the date of the exchange, or nowhere', async (t) => {
  const { fake, provider } = await aYahoo(t);
  assert.equal(await provider.firstOpenTime?.(AAPL, '1d', signal), undefined);
  const firstTradeDate = Date.UTC(1980, 11, 12, 14, 30) / 1_000;
  fake.meta = { firstTradeDate };
  assert.equal(await provider.firstOpenTime?.(AAPL, '1d', signal), Date.UTC(1980, 11, 12));
  assert.equal(await provider.firstOpenTime?.(AAPL, '15m', signal), firstTradeDate * 1_000);
  fake.meta = { firstTradeDate: null };
  assert.equal(await provider.firstOpenTime?.(AAPL, '1d', signal), undefined);
});
