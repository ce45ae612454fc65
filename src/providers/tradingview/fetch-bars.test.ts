import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { collect } from '../../../test/support/collect.ts';
import {
  aTradingView,
  codeOf,
  fetched,
  infoOf,
  instead,
  requestOf,
  seconds,
  seedBars,
  startFakeTradingView,
  withText,
  type FakeOptions,
  type FakeTradingView,
  type SeedBar,
  type SeedSymbol,
} from '../../../test/support/fake-tradingview/index.ts';
import { KNOWN_SCHEDULES, sessionGrid } from '../../market/index.ts';
import type { MarketDataProvider } from '../contract/index.ts';

const START = seconds('2026-01-05T14:30:00Z');
const MINUTE = 60;
const CLOSED = START * 1_000 + 86_400_000;

interface Scene {
  readonly fake: FakeTradingView;
  readonly provider: MarketDataProvider;
}

async function scene(
  t: TestContext,
  bars: Record<string, readonly SeedBar[]>,
  { symbol, ...options }: Partial<FakeOptions> & { readonly symbol?: Partial<SeedSymbol> } = {},
): Promise<Scene> {
  const symbols = { 'TEST:ABC': { info: infoOf('TEST:ABC'), bars, ...symbol } };
  const fake = await startFakeTradingView(t, { now: CLOSED, symbols, ...options });
  t.after(() => assert.deepEqual(fake.complaints, [], 'the server has nothing to complain of'));
  return { fake, provider: aTradingView(t, fake) };
}

function timesOf(bars: readonly { readonly openTime: number }[]): number[] {
  return bars.map(({ openTime }) => openTime / 1_000);
}

function askedBars(fake: FakeTradingView): readonly (readonly unknown[])[] {
  const asking = new Set(['create_series', 'request_more_data']);
  return fake.log
    .filter(({ method }) => asking.has(method))
    .map(({ method, params }) => [method, params.at(method === 'create_series' ? 5 : 2)]);
}

test('pages back until the range begins, and answers each bar once with its values', async (t) => {
  const seeded = seedBars(START, MINUTE, 300);
  const { fake, provider } = await scene(t, { 1: seeded }, { pageMaximum: 50 });
  const { bars, covered, pages, error } = await fetched(provider, { from: START + 6_000, to: START + 12_000 });
  assert.equal(error, undefined);
  assert.deepEqual(
    timesOf(bars),
    seeded.slice(100, 200).map(([time]) => time),
  );
  assert.deepEqual(bars[0], {
    openTime: (START + 6_000) * 1_000,
    open: 102,
    high: 104,
    low: 100,
    close: 103,
    volume: 110,
    state: 'provisional',
  });
  assert.deepEqual(covered, [[START + 6_000, START + 12_000]]);
  assert.ok(pages >= 2);
  await fake.beat();
  assert.equal(fake.log.at(-1)?.method, 'chart_delete_session');
});

test('hours come as they begin with trading where they are asked for as such', async (t) => {
  const schedule = KNOWN_SCHEDULES.get('NASDAQ');
  assert.ok(schedule);
  const grid = sessionGrid(schedule, '1h', 'regular');
  const days = [START, START + 86_400].map((opening) => seedBars(opening, 60 * MINUTE, 7));
  const { provider } = await scene(t, { 60: days.flat() }, { now: (START + 3 * 86_400) * 1_000 });
  const asked = requestOf({ interval: '1h', from: START, to: START + 2 * 86_400, now: (START + 3 * 86_400) * 1_000 });
  const pages = await collect(provider.fetchBars({ ...asked, grid }));
  const openTimes = pages.flatMap(({ columns }) => [...columns.openTime]).sort((a, b) => a - b);
  assert.deepEqual(
    openTimes,
    days.flat().map(([time]) => Number(time) * 1_000),
  );
  const { error } = await fetched(provider, { interval: '1h', from: START, to: START + 86_400 });
  assert.equal(codeOf(error), 'PROVIDER_OUT_OF_REACH', 'of the clock it has none');
});

test('what prices are in is told with the bars', async (t) => {
  const symbol = { info: infoOf('TEST:ABC', { currency_code: 'GBX' }) };
  const { provider } = await scene(t, { 1: seedBars(START, MINUTE, 5) }, { symbol });
  const [{ currency }] = await collect(provider.fetchBars(requestOf({ from: START, to: START + 300 })));
  assert.equal(currency, 'GBX');
});

test('starts near the end of an old range, counting back from there', async (t) => {
  const old = START - 5 * 365 * 86_400;
  const { fake, provider } = await scene(t, { 1: [...seedBars(old, MINUTE, 100), ...seedBars(START, MINUTE, 200)] });
  const { bars, covered } = await fetched(provider, { from: old + 600, to: old + 1_200, now: CLOSED });
  assert.equal(bars.length, 10);
  assert.deepEqual(covered, [[old + 600, old + 1_200]]);
  assert.deepEqual(askedBars(fake), [['create_series', ['bar_count', old + 1_200, 13]]]);
});

test('a recent range is counted back from the newest bar', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 200) });
  const now = (START + 12_000) * 1_000;
  fake.now = now;
  const { bars } = await fetched(provider, { from: START + 11_400, to: START + 12_000, now });
  assert.equal(bars.length, 10);
  assert.deepEqual(askedBars(fake), [['create_series', 13]]);
});

test('where the bars end, the time before them is covered: nothing was traded', async (t) => {
  const { provider } = await scene(t, { 1: seedBars(START, MINUTE, 5) });
  const { bars, covered, error } = await fetched(provider, { from: START - 6_000, to: START + 600 });
  assert.deepEqual([bars.length, error], [5, undefined]);
  assert.deepEqual(covered, [[START - 6_000, START + 600]]);
});

test('a throttled vendor that says too early that there are no older bars is not believed', async (t) => {
  const asked = { from: START - 6_000, to: START + 6_000 };
  for (const throttledTo of [[20], [20, 20, 20], [40, 20, 10, 5], [0], [20, 0]]) {
    const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 100) }, { pageMaximum: 50 });
    fake.throttledTo = throttledTo;
    const { bars, covered, error } = await fetched(provider, asked);
    assert.deepEqual([bars.length, covered, error], [100, [[asked.from, asked.to]], undefined], String(throttledTo));
  }
});

test('where it stays throttled, what is older than its bars is not claimed, and the fetch says so', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 100) }, { pageMaximum: 50 });
  fake.throttledTo = [20, 11, 0, 0, 0, 0, 0];
  const { bars, covered, error } = await fetched(provider, { from: START - 6_000, to: START + 6_000 });
  assert.deepEqual([bars.length, covered], [30, [[START + 70 * MINUTE, START + 6_000]]]);
  assert.equal(codeOf(error), 'PROVIDER_ANSWER_INVALID');
});

test('a symbol without a bar covers the range without one', async (t) => {
  const { provider } = await scene(t, { 1: [] });
  const { bars, covered, error } = await fetched(provider, { from: START, to: START + 600 });
  assert.deepEqual([bars, covered, error], [[], [[START, START + 600]], undefined]);
});

test("where the plan's cap ends the bars, what is older is out of reach and not covered", async (t) => {
  const { provider } = await scene(t, { 1: seedBars(START, MINUTE, 100) }, { pageMaximum: 20, seriesMaximum: 40 });
  const { bars, covered, error } = await fetched(provider, { from: START, to: START + 6_000 });
  assert.equal(codeOf(error), 'PROVIDER_OUT_OF_REACH');
  assert.deepEqual([bars.length, covered], [40, [[START + 3_600, START + 6_000]]]);
});

test('a cap that lies before the range does no harm', async (t) => {
  const { provider } = await scene(t, { 1: seedBars(START, MINUTE, 100) }, { seriesMaximum: 40 });
  const { bars, error } = await fetched(provider, { from: START + 3_600, to: START + 6_000 });
  assert.deepEqual([bars.length, error], [40, undefined]);
});

test('an empty answer is asked again, and refused where it stays empty', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 100) }, { pageMaximum: 50 });
  const nothing = instead(([id, series]) => [
    { m: 'series_completed', p: [id, series, 'streaming', 's1', {}], t: CLOSED / 1_000 },
  ]);
  fake.script('request_more_data', nothing);
  const once = await fetched(provider, { from: START, to: START + 6_000 });
  assert.deepEqual([once.bars.length, once.error], [100, undefined]);
  for (let i = 0; i < 5; i++) fake.script('request_more_data', nothing);
  const always = await fetched(provider, { from: START, to: START + 6_000 });
  assert.equal(codeOf(always.error), 'PROVIDER_ANSWER_INVALID');
  assert.deepEqual(always.covered, [[START + 3_000, START + 6_000]]);
});

test('of bars that come twice, in disorder, the message that came last counts; two values in one are both told', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START + MINUTE, MINUTE, 39) }, { pageMaximum: 20 });
  const bar = (minute: number, close: number) => ({ i: 0, v: [START + minute * MINUTE, 1, 100, 0, close, 1] });
  const told = (bars: readonly unknown[], extra: object) => (params: readonly unknown[]) => [
    { m: 'timescale_update', p: [params[0], { sds_1: { s: bars, t: 's1' } }, {}], t: CLOSED / 1_000 },
    { m: 'series_completed', p: [params[0], 'sds_1', 'streaming', 's1', extra] },
  ];
  fake.script('create_series', instead(told([bar(5, 5), bar(3, 3), bar(4, 9), bar(4, 4)], {})));
  fake.script(
    'request_more_data',
    instead(told([bar(4, 8), bar(3, 7), bar(2, 2), bar(1, 1)], { data_completed: 'end' })),
  );
  const { bars, error } = await fetched(provider, { from: START, to: START + 600 });
  assert.deepEqual([bars.map(({ close }) => close), error], [[1, 2, 3, 9, 4, 5], undefined]);
});

test('two bars of one trading day are both told', async (t) => {
  const days = [seconds('2026-01-05T14:30:00Z'), seconds('2026-01-06T14:30:00Z'), seconds('2026-01-06T15:30:00Z')];
  const seeded = days.map((time, index): SeedBar => [time, 1, 9, 1, 2 + index, 5]);
  const { provider } = await scene(t, { '1D': seeded }, { now: Date.UTC(2026, 0, 9) });
  const range = { from: seconds('2026-01-05T00:00:00Z'), to: seconds('2026-01-07T00:00:00Z') };
  const { bars, covered, error } = await fetched(provider, { ...range, interval: '1d', now: Date.UTC(2026, 0, 9) });
  assert.deepEqual(
    bars.map(({ close }) => close),
    [2, 3, 4],
  );
  assert.deepEqual([covered, error], [[[range.from, range.to]], undefined]);
});

test('bars of volume 0 that repeat the last close are none, unless the symbol has no volume at all', async (t) => {
  const flat = (minute: number, price: number, volume: number): SeedBar => [
    START + minute * MINUTE,
    price,
    price,
    price,
    price,
    volume,
  ];
  const seeded = (volume: number) => [
    flat(0, 7, volume),
    flat(1, 7, 0),
    flat(2, 7, 0),
    flat(3, 8, 0),
    flat(4, 8, volume),
  ];
  const minutesOf = async (bars: readonly SeedBar[]) => {
    const { provider } = await scene(t, { 1: bars });
    const got = await fetched(provider, { from: START, to: START + 300 });
    assert.deepEqual(got.covered, [[START, START + 300]]);
    return timesOf(got.bars).map((time) => (time - START) / MINUTE);
  };
  assert.deepEqual(await minutesOf(seeded(5)), [0, 3, 4]);
  assert.deepEqual(await minutesOf(seeded(0)), [0, 1, 2, 3, 4]);
});

test('a corrected bar has its new values at the next fetch', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 3) });
  const asked = { from: START, to: START + 180 };
  await fetched(provider, asked);
  const symbol = fake.symbols.get('TEST:ABC');
  if (symbol !== undefined) symbol.bars = { 1: [[START, 1, 9, 1, 8, 7]] };
  assert.deepEqual(
    (await fetched(provider, asked)).bars.map(({ close }) => close),
    [8],
  );
});

for (const closesEarly of [false, true])
  test(`the forming bar is left out until the server says it is over (closing in ${closesEarly ? ':59' : ':00'})`, async (t) => {
    const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 3) }, { symbol: { closesEarly } });
    const asked = { from: START, to: START + 3_600 };
    fake.now = (START + 180) * 1_000 - 1;
    const before = await fetched(provider, asked);
    assert.deepEqual([before.bars.length, before.covered], [2, [[START, START + 120]]]);
    fake.now += 1;
    const after = await fetched(provider, asked);
    assert.deepEqual([after.bars.length, after.covered], [3, [[START, START + 180]]]);
  });

test('what a moment asks for is not answered later, whatever the server says', async (t) => {
  const { provider } = await scene(t, { 1: seedBars(START, MINUTE, 3) });
  const { bars, covered } = await fetched(provider, { from: START, to: START + 180, now: (START + 119) * 1_000 });
  assert.deepEqual([bars.length, covered], [1, [[START, START + 60]]]);
});

test('a clock 90 s behind or ahead of the vendor claims nothing that is not over', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 10) });
  fake.now = (START + 600 - 30) * 1_000;
  for (const [skew, expected] of [
    [-90_000, 8],
    [90_000, 9],
  ] as const) {
    const { bars } = await fetched(provider, { from: START, to: START + 3_600, now: fake.now + skew });
    assert.equal(bars.length, expected, `${skew}`);
  }
});

test('delayed bars are closed 900 s later', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 3) }, { symbol: { delay: 900 } });
  const asked = { from: START, to: START + 3_600 };
  fake.now = (START + 180 + 900) * 1_000 - 1;
  assert.deepEqual((await fetched(provider, asked)).covered, [[START, START + 120]]);
  fake.now += 1;
  assert.deepEqual((await fetched(provider, asked)).covered, [[START, START + 180]]);
});

test('a bar that grows while older ones are paged changes nothing that was answered', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 40) }, { pageMaximum: 20 });
  fake.now = (START + 40 * MINUTE - 1) * 1_000;
  fake.script('request_more_data', ({ answer, params, send }) => {
    const grown = { s: [{ i: 39, v: [START + 39 * MINUTE, 1, 99, 1, 50, 5] }], t: 's1', lbs: {} };
    send([{ m: 'du', p: [params[0], { sds_1: grown }] }, ...answer]);
  });
  const { bars, covered } = await fetched(provider, { from: START, to: START + 3_600 });
  assert.deepEqual([bars.length, covered], [39, [[START, START + 39 * MINUTE]]]);
});

test('a volume that is not told is absent; a bar without prices is none', async (t) => {
  const no = 1e100;
  const bars = [
    [START, 1, 1, 1, 1],
    [START + 60, 1, 1, 1, 1, no],
    [START + 120, no, no, no, no, no],
    [START + 180, 1, 1, 1, 1, 0],
  ];
  const { provider } = await scene(t, { 1: bars });
  const answer = await fetched(provider, { from: START, to: START + 240 });
  assert.deepEqual(
    answer.bars.map(({ openTime, volume }) => [openTime / 1_000, volume]),
    [
      [START, undefined],
      [START + 60, undefined],
      [START + 180, 0],
    ],
  );
  assert.deepEqual([answer.covered, answer.error], [[[START, START + 240]], undefined]);
});

test('a bar of some prices only is left out, its interval is not covered, and the fetch says so', async (t) => {
  const { provider } = await scene(t, {
    1: [
      [START, 1, 1, 1, 1],
      [START + 60, 1, 1e100, 1, 1],
      [START + 120, 1, 1, 1, 1],
    ],
  });
  const { bars, covered, error } = await fetched(provider, { from: START, to: START + 180 });
  assert.deepEqual(
    [timesOf(bars), covered],
    [
      [START, START + 120],
      [
        [START, START + 60],
        [START + 120, START + 180],
      ],
    ],
  );
  assert.equal(codeOf(error), 'PROVIDER_ANSWER_INVALID');
});

test('bars off the UTC grid are left out and what they touch is not covered', async (t) => {
  const open = seconds('2026-01-05T03:45:00Z'); // 09:15 in India
  const { provider } = await scene(t, { 30: seedBars(open, 1_800, 2) });
  const range = { from: open - 900 - 3_600, to: open - 900 + 9_000 };
  const { bars, covered, error } = await fetched(provider, { interval: '30m', ...range });
  assert.equal(codeOf(error), 'PROVIDER_OUT_OF_REACH');
  assert.deepEqual(
    [bars, covered],
    [
      [],
      [
        [open - 900 + 5_400, range.to],
        [range.from, open - 900],
      ],
    ],
  );
});

test('a day is labelled with its trading day and answered when that is over', async (t) => {
  const opens = ['2026-01-02T14:30:00Z', '2026-01-05T14:30:00Z', '2026-07-06T13:30:00Z'].map(seconds);
  const { fake, provider } = await scene(t, { '1D': opens.map((time) => [time, 1, 1, 1, 1, 1]) });
  fake.now = Date.parse('2026-07-07T00:00:00Z');
  const from = seconds('2026-01-01T00:00:00Z');
  const { bars, covered } = await fetched(provider, { interval: '1d', from, to: seconds('2026-08-01T00:00:00Z') });
  assert.deepEqual(timesOf(bars), ['2026-01-02', '2026-01-05', '2026-07-06'].map(seconds));
  assert.deepEqual(covered, [[from, seconds('2026-07-07')]]);
  fake.now -= 1;
  const earlier = await fetched(provider, { interval: '1d', from, to: seconds('2026-08-01T00:00:00Z') });
  assert.deepEqual(earlier.covered, [[from, seconds('2026-07-06')]]);
});

test("the greeting tells how far this machine's clock is from the vendor's; data that lies behind is no clock that does", async (t) => {
  const { fake } = await scene(t, { 1: seedBars(START, MINUTE, 60) }, { symbol: { delay: 900 } });
  for (const [aheadMs, state] of [
    [90_000, 'skewed'],
    [0, 'ok'],
    [-90_000, 'skewed'],
  ] as const) {
    const provider = aTradingView(t, fake, { clock: () => fake.now + aheadMs });
    assert.equal(provider.vendorClock?.state, 'unknown');
    await fetched(provider, { from: START, to: START + 600, now: fake.now });
    assert.equal(provider.vendorClock.state, state);
    assert.ok(Math.abs((provider.vendorClock.skewMs ?? NaN) - aheadMs) <= 1_000, `${provider.vendorClock.skewMs}`);
  }
});

test('an old range of days begins to count behind the last of them', async (t) => {
  const days = seedBars(seconds('1980-01-01T14:30:00Z'), 86_400, 17_000);
  const { fake, provider } = await scene(t, { '1D': days });
  const asked = { from: seconds('1990-01-01'), to: seconds('1990-01-11'), now: CLOSED };
  const { bars, covered } = await fetched(provider, { interval: '1d', ...asked });
  assert.deepEqual([bars.length, covered], [10, [[asked.from, asked.to]]]);
  assert.deepEqual(askedBars(fake)[0], ['create_series', ['bar_count', asked.to + 86_400, 13]]);
});

test('weeks are labelled Monday and months the first, evening openings with what follows', async (t) => {
  const info = infoOf('TEST:ABC', { timezone: 'America/Chicago', session: '1700-1600' });
  const weeks = ['2025-12-28T23:00:00Z', '2026-01-04T23:00:00Z'].map((time) => [seconds(time), 1, 1, 1, 1, 1]);
  const months = ['2025-11-30T23:00:00Z', '2026-01-01T23:00:00Z'].map((time) => [seconds(time), 1, 1, 1, 1, 1]);
  const { fake, provider } = await scene(t, { '1W': weeks, '1M': months }, { symbol: { info } });
  fake.now = Date.parse('2026-03-01T00:00:00Z');
  const asked = { from: seconds('2025-11-01'), to: seconds('2026-03-01') };
  const week = await fetched(provider, { interval: '1w', ...asked, from: seconds('2025-11-03') });
  assert.deepEqual(timesOf(week.bars), ['2025-12-29', '2026-01-05'].map(seconds));
  const month = await fetched(provider, { interval: '1M', ...asked });
  assert.deepEqual(timesOf(month.bars), ['2025-12-01', '2026-01-01'].map(seconds));
});

test("the vendor's own code is asked for where an alias names it", async (t) => {
  const { fake, provider } = await scene(t, {});
  fake.symbols.set('CME:ES1!', { info: infoOf('CME:ES1!'), bars: { 1: seedBars(START, MINUTE, 2) } });
  const { bars } = await fetched(provider, { id: 'CME:ES1', symbol: 'CME:ES1!', from: START, to: START + 120 });
  assert.equal(bars.length, 2);
});

test('intervals whose bars begin with the session are not offered, and refused', async (t) => {
  const { fake, provider } = await scene(t, {});
  assert.deepEqual(provider.intervals, ['1m', '3m', '5m', '15m', '30m', '1d', '1w', '1M']);
  const { error } = await fetched(provider, { interval: '1h', from: START, to: START + 7_200 });
  assert.equal(codeOf(error), 'PROVIDER_OUT_OF_REACH');
  assert.equal(fake.opened(), 0);
});

test('a range of which nothing is over is answered without a question', async (t) => {
  const { fake, provider } = await scene(t, {});
  const { pages, error } = await fetched(provider, { from: START, to: START + 600, now: START * 1_000 });
  assert.deepEqual([pages, error, fake.opened()], [0, undefined, 0]);
});

test('a page ten times as large as asked, in a packet of 5 MB, is read', async (t) => {
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 2) });
  const huge = seedBars(START - 50_000 * MINUTE, MINUTE, 50_000).map((v, i) => ({ i, v, note: 'x'.repeat(40) }));
  fake.script('create_series', ({ answer, send }) =>
    send(
      JSON.parse(JSON.stringify(answer).replace(/"s":\[\]|"s":\[.*?\}\]/, `"s":${JSON.stringify(huge)}`)) as unknown[],
    ),
  );
  const asked = { from: START - 50_000 * MINUTE, to: START };
  const { bars, covered, error } = await fetched(provider, asked);
  assert.deepEqual([bars.length, covered, error], [50_000, [[asked.from, asked.to]], undefined]);
});

test('names beyond ASCII do not disturb the lengths of packets', async (t) => {
  const info = infoOf('TEST:ABC', { description: 'Société 日本 😀' });
  const { fake, provider } = await scene(t, { 1: seedBars(START, MINUTE, 2) }, { symbol: { info } });
  fake.script(
    'resolve_symbol',
    withText((text) => text),
  );
  const { bars } = await fetched(provider, { from: START, to: START + 120 });
  assert.equal(bars.length, 2);
});
