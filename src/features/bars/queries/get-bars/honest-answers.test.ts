import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { aStore, at, portOf, LATER } from '../../../../../test/support/a-store.ts';
import { barsOf, epochMsOfIso, KNOWN_SCHEDULES, scheduleNamed, type BarInterval } from '../../../../market/index.ts';
import type { AskedSpan } from '../../reading/explain-gaps.ts';
import type { InstrumentFacts, ObservedOpenBar } from '../../reading/plan-answer.ts';
import { answerGetBars, type BarsAnswer } from './get-bars.query.ts';

type Question = Omit<Parameters<ReturnType<typeof answerGetBars>>[0], 'instrumentId'>;

interface World {
  readonly schedule?: string;
  readonly facts?: Partial<InstrumentFacts>;
  readonly asked?: readonly AskedSpan[];
  readonly open?: Partial<Record<BarInterval, ObservedOpenBar>>;
}

async function aSeries(t: TestContext, { schedule = '24x7', facts = {}, asked = [], open = {} }: World = {}) {
  const store = await aStore(t);
  const port = portOf({ isRegistered: true, schedule: KNOWN_SCHEDULES.get(schedule), ...facts }, asked);
  const findOpenBar = (_id: string, interval: BarInterval) => Promise.resolve(open[interval]);
  const answer = answerGetBars(store.collections, { ...port, findOpenBar });
  const ask = (question: Question, now = LATER): Promise<BarsAnswer> =>
    answer({ instrumentId: 'COINBASE:BTCUSD', ...question }, at(now));
  return { ...store, ask };
}

const time = (text: string) => epochMsOfIso(text);
const flat = (openTime: string, price = 1) => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 1,
});

function read({ columns }: BarsAnswer): unknown[] {
  return barsOf(columns).map(({ openTime, state, volume, isPartial }) => [
    new Date(openTime).toISOString().slice(0, 16),
    state,
    volume,
    ...(isPartial === undefined ? [] : [isPartial]),
  ]);
}

test('two minutes are a provisional, partial bar of each larger interval, and what they lack is listed', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await upsert([flat('2024-01-10T10:00Z'), flat('2024-01-10T10:01Z')], { now: time('2024-03-01') });
  for (const [interval, from, to, parts] of [
    ['1h', '2024-01-10T10:00Z', '2024-01-10T11:00Z', 60],
    ['1d', '2024-01-10', '2024-01-11', 1_440],
    ['1w', '2024-01-08', '2024-01-15', 10_080],
    ['1M', '2024-01-01', '2024-02-01', 44_640],
  ] as const) {
    const answer = await ask({ interval, from: time(from), to: time(to) }, time('2024-03-01'));
    assert.deepEqual(read(answer), [
      [time(from) && new Date(time(from)).toISOString().slice(0, 16), 'provisional', 2, true],
    ]);
    const { completeness } = answer;
    const { expected, returned, partial, complete, missing } = completeness;
    assert.deepEqual(
      { expected, returned, partial, complete },
      { expected: 1, returned: 1, partial: 1, complete: false },
    );
    assert.deepEqual(completeness.parts, { interval: '1m', expected: parts, held: 2, extra: 0, missing: parts - 2 });
    assert.deepEqual(
      missing.map(({ bars, reason }) => [bars, reason]),
      missing.map(() => [0, 'notFetched']),
    );
    assert.equal(
      missing.reduce((sum, range) => sum + (range.parts ?? 0), 0),
      parts - 2,
    );
    const final = await ask({ interval, from: time(from), to: time(to), minState: 'final' }, time('2024-03-01'));
    assert.deepEqual(
      [read(final), final.completeness.missing.map(({ bars, reason }) => [bars, reason])],
      [[], [[1, 'notFetched']]],
    );
  }
});

test('parts in which nothing traded are no loss', async (t) => {
  const hour = { from: time('2024-01-10T10:00Z'), to: time('2024-01-10T11:00Z') };
  const { upsert, ask } = await aSeries(t, { asked: [{ ...hour, result: 'fetched' }] });
  await upsert([flat('2024-01-10T10:00Z'), flat('2024-01-10T10:59Z')], { now: time('2024-03-01') });
  const answer = await ask({ interval: '1h', ...hour }, time('2024-03-01'));
  assert.deepEqual(read(answer), [['2024-01-10T10:00', 'final', 2, false]]);
  assert.deepEqual([answer.completeness.complete, answer.completeness.missing], [true, []]);
});

test('a refused part makes its bar partial', async (t) => {
  const { upsert, ask } = await aSeries(t);
  const rows = Array.from({ length: 5 }, (_, i) => flat(`2024-01-10T10:0${i}Z`));
  await upsert([...rows.slice(0, 3), { ...rows[3], high: 0 }, rows[4]], { now: time('2024-03-01') });
  const answer = await ask({ interval: '5m' }, time('2024-01-10T10:05Z'));
  assert.deepEqual(read(answer), [['2024-01-10T10:00', 'provisional', 4, true]]);
  assert.deepEqual(answer.completeness.missing, [
    { from: time('2024-01-10T10:03Z'), to: time('2024-01-10T10:04Z'), bars: 0, parts: 1, reason: 'quarantined' },
  ]);
});

test('where no schedule is known a derived bar with a hole is not called final', async (t) => {
  const { upsert, ask } = await aSeries(t, { facts: { schedule: undefined } });
  await upsert(
    [0, 1, 2, 3, 4, 5, 7, 8, 9].map((i) => flat(`2024-01-10T10:0${i}Z`)),
    { now: time('2024-03-01') },
  );
  const answer = await ask({ interval: '5m' }, time('2024-03-01'));
  assert.deepEqual(read(answer), [
    ['2024-01-10T10:00', 'final', 5, false],
    ['2024-01-10T10:05', 'provisional', 4, true],
  ]);
  assert.deepEqual([answer.completeness.expected, answer.completeness.complete], [undefined, false]);
});

test('an interval finer than what is stored is missing, and the answer says what is stored', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await upsert([flat('2024-01-10'), flat('2024-01-11')], { interval: '1d', now: time('2024-01-12') });
  const answer = await ask({ interval: '1m' }, time('2024-01-12'));
  assert.deepEqual([answer.storedInterval, answer.storedIntervals], [undefined, ['1d']]);
  const { expected, returned, complete, missing } = answer.completeness;
  assert.deepEqual({ expected, returned, complete }, { expected: 2_880, returned: 0, complete: false });
  assert.deepEqual(missing, [{ from: time('2024-01-10'), to: time('2024-01-12'), bars: 2_880, reason: 'notFetched' }]);
  const nothing = await aSeries(t);
  const empty = await nothing.ask({ interval: '1m' }, time('2024-01-12'));
  assert.deepEqual([empty.storedIntervals, empty.completeness.expected, empty.completeness.complete], [[], 0, false]);
});

test('days of an instrument with sessions are trading days unless the clock is asked for', async (t) => {
  const { upsert, ask } = await aSeries(t, { schedule: 'NASDAQ' });
  // Friday's session in winter runs from 14:30Z to 21:00Z, and trading after hours until Saturday 01:00Z.
  const minutes = (from: string, count: number) =>
    Array.from({ length: count }, (_, i) => flat(new Date(time(from) + i * 60_000).toISOString()));
  await upsert([...minutes('2020-01-03T14:30Z', 390), ...minutes('2020-01-03T23:50Z', 40)]);
  const range = { from: time('2020-01-03'), to: time('2020-01-06') };
  const days = await ask({ interval: '1d', ...range });
  assert.deepEqual([days.align, read(days)], ['session', [['2020-01-03T00:00', 'final', 390, false]]]);
  assert.deepEqual(days.completeness.parts, { interval: '1m', expected: 390, held: 430, extra: 40, missing: 0 });
  assert.equal(days.completeness.complete, true);
  for (const [interval, label] of [
    ['1w', '2019-12-30'],
    ['1M', '2020-01-01'],
  ] as const)
    assert.deepEqual(read(await ask({ interval, from: time(label) })), [[`${label}T00:00`, 'provisional', 390, true]]);
  const clock = await ask({ interval: '1d', ...range, align: 'clock' });
  assert.deepEqual(
    [clock.align, read(clock)],
    [
      'clock',
      [
        ['2020-01-03T00:00', 'final', 400, false],
        ['2020-01-04T00:00', 'final', 30, false],
      ],
    ],
  );
  const { expected, returned, extra, complete } = clock.completeness;
  assert.deepEqual({ expected, returned, extra, complete }, { expected: 1, returned: 2, extra: 1, complete: true });
});

test('hours that reach across the opening make trading days where nothing finer is stored', async (t) => {
  const { upsert, ask } = await aSeries(t, { schedule: 'NASDAQ' });
  await upsert(
    [14, 15, 16, 17, 18, 19, 20].map((hour) => flat(`2020-01-02T${hour}:00Z`)),
    { interval: '1h' },
  );
  await upsert(
    [14, 15, 16, 17, 18, 19].map((hour) => flat(`2020-01-03T${hour}:00Z`)),
    { interval: '1h' },
  );
  for (const order of ['asc', 'desc'] as const) {
    const days = await ask({ interval: '1d', from: time('2020-01-02'), to: time('2020-01-04'), order, limit: 2 });
    const expected = [
      ['2020-01-02T00:00', 'final', 7, false],
      ['2020-01-03T00:00', 'provisional', 6, true],
    ];
    assert.deepEqual(read(days), order === 'asc' ? expected : expected.reverse());
  }
});

test('bars outside of the listing are extra, and their intervals are still before or after it', async (t) => {
  const listing = { listedFrom: time('2024-01-10T10:02Z'), listedTo: time('2024-01-10T10:06Z') };
  const { upsert, ask } = await aSeries(t, { facts: listing });
  await upsert(
    [0, 1, 2, 3, 4, 5, 6, 7].map((i) => flat(`2024-01-10T10:0${i}Z`)),
    { now: time('2024-03-01') },
  );
  const range = { from: time('2024-01-10T10:00Z'), to: time('2024-01-10T10:08Z') };
  for (const order of ['asc', 'desc'] as const) {
    const { completeness } = await ask({ interval: '1m', ...range, order }, time('2024-03-01'));
    const { expected, returned, extra, missing } = completeness;
    assert.deepEqual({ expected, returned, extra }, { expected: 8, returned: 8, extra: 4 });
    assert.deepEqual(
      missing.map(({ bars, reason }) => [bars, reason]),
      [
        [2, 'beforeListing'],
        [2, 'afterDelisting'],
      ],
    );
  }
});

test('a bar that holds the first moment of the listing is no bar before it', async (t) => {
  const { upsert, ask } = await aSeries(t, { schedule: 'NASDAQ', facts: { listedFrom: time('2020-01-03T14:30Z') } });
  await upsert([flat('2020-01-03')], { interval: '1d' });
  const { completeness } = await ask({ interval: '1d', from: time('2020-01-02'), to: time('2020-01-04') });
  assert.deepEqual([completeness.extra, completeness.missing.map(({ reason }) => reason)], [0, ['beforeListing']]);
});

const NOON = '2024-01-10T12:00Z';
const open = (openTime: string, volume: number, isPartial = false): ObservedOpenBar => ({
  provider: 'live',
  at: Date.parse(openTime),
  interval: '1m',
  openTime: time(openTime),
  open: 5,
  high: 9,
  low: 4,
  close: 6,
  volume,
  isPartial,
});

test('include=current adds the bar that runs as live data makes it', async (t) => {
  const { upsert, ask } = await aSeries(t, { open: { '1m': open('2024-01-10T12:02Z', 7) } });
  await upsert([flat(NOON), flat('2024-01-10T12:01Z')], { now: time('2024-01-10T12:02Z') });
  const now = time('2024-01-10T12:02:30Z');
  const question = { interval: '1m', include: 'current' } as const;
  const answer = await ask(question, now);
  const rows = [
    ['2024-01-10T12:00', 'final', 1, false],
    ['2024-01-10T12:01', 'final', 1, false],
    ['2024-01-10T12:02', 'open', 7, false],
  ];
  assert.deepEqual(read(answer), rows);
  const { expected, returned, extra, complete } = answer.completeness;
  assert.deepEqual({ expected, returned, extra, complete }, { expected: 2, returned: 3, extra: 1, complete: true });
  assert.deepEqual(read(await ask({ ...question, order: 'desc' }, now)), rows.toReversed());
  const first = await ask({ ...question, limit: 2 }, now);
  assert.deepEqual(read(first), rows.slice(0, 2));
  assert.deepEqual(read(await ask({ ...question, limit: 2, cursor: first.nextCursor ?? '' }, now)), rows.slice(2));
  const newest = await ask({ ...question, limit: 1, order: 'desc' }, now);
  assert.deepEqual(read(newest), rows.slice(2));
  assert.deepEqual(
    read(await ask({ ...question, limit: 2, order: 'desc', cursor: newest.nextCursor ?? '' }, now)),
    rows.slice(0, 2).reverse(),
  );
  assert.deepEqual(read(await ask({ ...question, to: time('2024-01-10T12:02Z') }, now)), rows.slice(0, 2));
  await assert.rejects(ask({ ...question, asOf: now }, now), { code: 'INVALID_REQUEST' });
  await assert.rejects(ask({ ...question, minState: 'final' }, now), { code: 'INVALID_REQUEST' });
});

test('a derived bar that runs is made of what is over and of the part that runs', async (t) => {
  const { upsert, ask } = await aSeries(t, { open: { '1m': open('2024-01-10T12:02Z', 7) } });
  await upsert([flat(NOON), flat('2024-01-10T12:01Z')], { now: time('2024-01-10T12:02Z') });
  const question = { interval: '5m', include: 'current' } as const;
  const now = time('2024-01-10T12:02:30Z');
  const [bar] = barsOf((await ask(question, now)).columns);
  assert.deepEqual(bar, {
    openTime: time(NOON),
    open: 1,
    high: 9,
    low: 1,
    close: 6,
    volume: 9,
    state: 'open',
    isPartial: false,
  });
  // A minute later nobody knows what was traded in between.
  assert.deepEqual(read(await ask(question, time('2024-01-10T12:03:30Z'))), [['2024-01-10T12:00', 'open', 2, true]]);
  assert.deepEqual(read(await ask({ ...question, interval: '1m' }, time('2024-01-10T12:03:30Z'))).length, 2);
});

const EXTENDED = { sessions: 'extended' } as const;
const SUNDAY_EVENING = time('2023-12-10T23:30Z'); // the trading day of Monday began at 23:00
const monday = open('2023-12-11', 7);

test('the trading day that runs since the evening before is shown beside stored days', async (t) => {
  const { upsert, ask } = await aSeries(t, { schedule: 'CME', facts: EXTENDED, open: { '1d': monday } });
  await upsert([flat('2023-12-07'), flat('2023-12-08')], { interval: '1d' });
  for (const align of [undefined, 'session', 'clock'] as const) {
    const question = { interval: '1d', include: 'current', ...(align && { align }) } as const;
    assert.deepEqual(read(await ask(question, SUNDAY_EVENING)).at(-1), ['2023-12-11T00:00', 'open', 7, false]);
    assert.equal((await ask(question, time('2023-12-10T22:30Z'))).columns.openTime.length, 2, 'nothing runs yet');
  }
});

test('the week that runs since Sunday is made of stored days and of the trading day that runs', async (t) => {
  const wednesday = open('2023-12-13', 7);
  const evening = time('2023-12-12T23:30Z');
  const { upsert, ask } = await aSeries(t, { schedule: 'CME', facts: EXTENDED, open: { '1d': wednesday } });
  await upsert([flat('2023-12-08'), flat('2023-12-11'), flat('2023-12-12')], { interval: '1d' });
  const rows = read(await ask({ interval: '1w', include: 'current' }, evening));
  assert.deepEqual(rows.at(-1), ['2023-12-11T00:00', 'open', 9, false]);
  const sunday = await aSeries(t, { schedule: 'CME', facts: EXTENDED, open: { '1d': monday } });
  await sunday.upsert([flat('2023-12-08')], { interval: '1d' });
  const begun = read(await sunday.ask({ interval: '1w', include: 'current' }, SUNDAY_EVENING));
  assert.deepEqual(begun.at(-1), ['2023-12-11T00:00', 'open', 7, false]);
});

test('a trading day is not taken for the day of the clock that has its name', async (t) => {
  const noon = time('2023-12-11T12:00Z');
  const { upsert, ask } = await aSeries(t, { schedule: 'CME', facts: EXTENDED, open: { '1d': monday } });
  await upsert([flat('2023-12-10T23:30Z'), flat('2023-12-11T11:59Z')]);
  const question = { interval: '1d', include: 'current' } as const;
  assert.deepEqual(read(await ask({ ...question, align: 'session' }, noon)), [['2023-12-11T00:00', 'open', 7, false]]);
  const byClock = read(await ask({ ...question, align: 'clock' }, noon));
  assert.deepEqual(byClock.at(-1), ['2023-12-11T00:00', 'open', 1, true]);
});

test('an answer beyond the known holidays says from when to when they are known, and no other does', async (t) => {
  const { ask } = await aSeries(t, { facts: { schedule: scheduleNamed(KNOWN_SCHEDULES, 'LSE') } });
  const knownIn = async (from: string, to: string) =>
    (await ask({ interval: '1d', from: time(from), to: time(to) }, time('2031-01-01'))).completeness.scheduleKnown;
  const known = { from: time('1990-01-01'), to: time('2028-01-01') };
  assert.equal(await knownIn('2024-01-01', '2028-01-01'), undefined);
  assert.deepEqual(await knownIn('2027-12-01', '2028-01-02'), known);
  assert.deepEqual(await knownIn('1989-12-31', '1990-02-01'), known);
  const { completeness } = await ask(
    { interval: '1d', from: time('2029-12-24'), to: time('2029-12-29') },
    time('2031-01-01'),
  );
  assert.equal(completeness.expected, 5, 'an ordinary week is assumed there, Christmas included');
});
