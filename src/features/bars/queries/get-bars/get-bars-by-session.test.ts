import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { aStore, at, portOf, LATER } from '../../../../../test/support/a-store.ts';
import {
  aggregateBySession,
  barsOf,
  concatColumns,
  epochMsOfIso,
  firstIndexFrom,
  KNOWN_SCHEDULES,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type SessionSchedule,
} from '../../../../market/index.ts';
import type { AskedSpan } from '../../reading/explain-gaps.ts';
import type { InstrumentFacts } from '../../reading/plan-answer.ts';
import { answerGetBars, type BarsAnswer } from './get-bars.query.ts';

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

type Question = Omit<Parameters<ReturnType<typeof answerGetBars>>[0], 'instrumentId' | 'align'>;

function known(name: string): SessionSchedule {
  const schedule = KNOWN_SCHEDULES.get(name);
  assert.ok(schedule);
  return schedule;
}

async function aSeries(
  t: TestContext,
  schedule: string,
  facts: Partial<InstrumentFacts> = {},
  asked: readonly AskedSpan[] = [],
) {
  const store = await aStore(t);
  const port = portOf({ isRegistered: true, schedule: known(schedule), ...facts }, asked);
  const answer = answerGetBars(store.collections, port);
  const ask = (question: Question, now = LATER, align: 'clock' | 'session' = 'session'): Promise<BarsAnswer> =>
    answer({ instrumentId: 'COINBASE:BTCUSD', align, ...question }, at(now));
  return { ...store, ask };
}

const time = (text: string) => epochMsOfIso(text);
const flat = (openTime: number, price = 1) => ({
  openTime,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 1,
});

/** A bar for each step in `[from, to)`. */
function rowsOf(from: string, to: string, stepMs = MINUTE) {
  return Array.from({ length: (time(to) - time(from)) / stepMs }, (_, i) => flat(time(from) + i * stepMs));
}

function counted({ columns }: BarsAnswer): string[] {
  return Array.from(columns.openTime, (openTime, i) => `${iso(openTime)} ${columns.volume[i]}`);
}

function missingOf({ completeness }: BarsAnswer): unknown[] {
  return completeness.missing.map(({ from, to, bars, reason }) => [iso(from), iso(to), bars, reason]);
}

const iso = (openTime: number) => new Date(openTime).toISOString().slice(0, 16);

test('hours of a share in New York begin at half past nine, and the last one is half as long', async (t) => {
  const { upsert, ask } = await aSeries(t, 'NASDAQ');
  const file = new URL('../../../../../test/fixtures/market/NASDAQ_AAPL_1m_2014-06-05.csv', import.meta.url);
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  await upsert(
    lines.map((line) => {
      const [openTime, open, high, low, close, volume] = line.split(',');
      return { openTime, open: +open, high: +high, low: +low, close: +close, volume: +volume };
    }),
  );
  const day = { from: time('2014-06-05'), to: time('2014-06-06') };
  const hours = await ask({ interval: '1h', ...day });
  const rows = barsOf(hours.columns).map(({ openTime, open, high, low, close, volume }) => [
    iso(openTime).slice(11),
    open,
    high,
    low,
    close,
    volume,
  ]);
  assert.deepEqual(rows, [
    ['13:30', 646.25, 649.37, 642.61, 646.37, 3_813_476],
    ['14:30', 646.37, 647.17, 643.57, 644.56, 1_445_061],
    ['15:30', 644.66, 646, 643.13, 644.77, 1_074_710],
    ['16:30', 644.77, 646.49, 643.45, 644.06, 846_838],
    ['17:30', 644.03, 647.49, 643.53, 647.2, 1_359_346],
    ['18:30', 647.25, 647.3, 644.89, 645.45, 802_463],
    ['19:30', 645.42, 647.35, 645.08, 647.35, 1_103_388],
  ]);
  const { expected, returned, extra, complete } = hours.completeness;
  assert.deepEqual({ expected, returned, extra, complete }, { expected: 7, returned: 7, extra: 0, complete: true });
  assert.deepEqual([hours.align, hours.storedInterval], ['session', '1m']);
  const days = await ask({ interval: '1d', ...day });
  const [{ openTime, open, low, close, volume }] = barsOf(days.columns);
  // As the vendor's own series of days has it; its minutes outside of the regular session are not in it.
  assert.deepEqual([iso(openTime), open, low, close, volume], ['2014-06-05T00:00', 646.25, 642.61, 647.35, 10_445_282]);
  assert.equal(days.completeness.complete, true);
});

test('an early close, a pause at noon and an opening at a quarter past are where bars end and begin', async (t) => {
  const newYork = await aSeries(t, 'NASDAQ');
  await newYork.upsert(rowsOf('2014-07-03T13:30', '2014-07-03T17:00'));
  const short = await newYork.ask({ interval: '1h', from: time('2014-07-03'), to: time('2014-07-05') });
  assert.deepEqual(counted(short), [
    '2014-07-03T13:30 60',
    '2014-07-03T14:30 60',
    '2014-07-03T15:30 60',
    '2014-07-03T16:30 30',
  ]);
  assert.deepEqual([short.completeness.expected, short.completeness.complete], [4, true]);

  const hongKong = await aSeries(t, 'HKFE');
  await hongKong.upsert(rowsOf('2018-06-05T01:15', '2018-06-05T08:30'));
  const noon = await hongKong.ask({ interval: '1h', from: time('2018-06-05'), to: time('2018-06-06') });
  assert.deepEqual(counted(noon), [
    '2018-06-05T01:15 60',
    '2018-06-05T02:15 60',
    '2018-06-05T03:15 45',
    '2018-06-05T05:00 60',
    '2018-06-05T06:00 60',
    '2018-06-05T07:00 60',
    '2018-06-05T08:00 30',
  ]);
  assert.deepEqual([noon.completeness.expected, noon.completeness.complete], [7, true]);

  const mumbai = await aSeries(t, 'NSE');
  await mumbai.upsert(rowsOf('2019-06-06T03:45', '2019-06-06T10:00', 5 * MINUTE), { interval: '5m' });
  const quarter = await mumbai.ask({ interval: '4h', from: time('2019-06-06'), to: time('2019-06-07') });
  assert.deepEqual(counted(quarter), ['2019-06-06T03:45 48', '2019-06-06T07:45 27']);
  assert.deepEqual([quarter.storedInterval, quarter.completeness.complete], ['5m', true]);
});

test('a day has the evening before in it, also where its label lies ahead of the trading', async (t) => {
  const evening = { from: time('2014-03-06T23:00'), to: time('2014-03-07T22:00'), result: 'fetched' } as const;
  const { upsert, ask } = await aSeries(t, 'CME', { sessions: 'extended' }, [evening]);
  await upsert([flat(time('2014-03-06T23:00')), flat(time('2014-03-07T21:59'))]);
  const friday = { from: time('2014-03-07'), to: time('2014-03-08') };
  assert.deepEqual(counted(await ask({ interval: '1d', ...friday })), ['2014-03-07T00:00 2']);
  assert.deepEqual(counted(await ask({ interval: '1w' })), ['2014-03-03T00:00 2']);
  const hours = await ask({ interval: '4h', from: time('2014-03-06T22:30'), to: time('2014-03-08') });
  assert.deepEqual(counted(hours), ['2014-03-06T23:00 1', '2014-03-07T19:00 1']);
  assert.deepEqual(missingOf(hours), [['2014-03-07T03:00', '2014-03-07T19:00', 4, 'noTrades']]);
  const ended = await ask({ interval: '1d', from: time('2014-03-06') }, time('2014-03-07T22:00'));
  assert.deepEqual(missingOf(ended), [['2014-03-06T00:00', '2014-03-07T00:00', 1, 'notFetched']]);
  assert.deepEqual(counted(ended), ['2014-03-07T00:00 2'], 'the day is over when its trading is');
  const running = await ask({ interval: '1d', ...friday }, time('2014-03-07T21:59'));
  assert.deepEqual(missingOf(running), [['2014-03-07T00:00', '2014-03-08T00:00', 1, 'notYet']]);
});

test('what is missing is missing for its own reason, over closed time', async (t) => {
  const asked = [{ from: time('2014-06-05T15:00'), to: time('2014-06-05T18:00'), result: 'fetched' }] as const;
  const { upsert, ask } = await aSeries(t, 'NASDAQ', { listedFrom: time('2014-06-05T14:30') }, asked);
  const rows = rowsOf('2014-06-06T13:30', '2014-06-06T13:33');
  await upsert([...rows, { ...flat(time('2014-06-06T15:29')), high: 0 }]);
  const question = { interval: '1h', from: time('2014-06-05T12:00'), to: time('2014-06-06T19:00') } as const;
  const expected = [
    ['2014-06-05T13:30', '2014-06-05T14:30', 1, 'beforeListing'],
    ['2014-06-05T14:30', '2014-06-05T15:30', 1, 'notFetched'],
    ['2014-06-05T15:30', '2014-06-05T17:30', 2, 'noTrades'],
    ['2014-06-05T17:30', '2014-06-05T20:00', 3, 'notFetched'],
    ['2014-06-06T13:33', '2014-06-06T14:30', 0, 'notFetched'],
    ['2014-06-06T14:30', '2014-06-06T15:30', 1, 'quarantined'],
    ['2014-06-06T15:30', '2014-06-06T17:30', 2, 'notFetched'],
    ['2014-06-06T17:30', '2014-06-06T19:00', 2, 'notYet'],
  ];
  for (const order of ['asc', 'desc'] as const)
    assert.deepEqual(missingOf(await ask({ ...question, order }, time('2014-06-06T18:00'))), expected);
});

test('an end left open is where the bar that runs begins, or the next one does', async (t) => {
  const { upsert, ask } = await aSeries(t, 'NASDAQ');
  await upsert(rowsOf('2014-06-05T13:30', '2014-06-05T20:00'), { now: time('2014-06-05T20:00') });
  const until = async (interval: BarInterval, now: string) => {
    const { completeness, columns } = await ask({ interval }, time(now));
    return [iso(completeness.from), iso(completeness.to), columns.openTime.length, completeness.complete];
  };
  assert.deepEqual(await until('1h', '2014-06-05T19:45'), ['2014-06-05T13:30', '2014-06-05T19:30', 6, true]);
  assert.deepEqual(await until('1h', '2014-06-05T20:00'), ['2014-06-05T13:30', '2014-06-06T13:30', 7, true]);
  assert.deepEqual(await until('1h', '2014-06-06T13:40'), ['2014-06-05T13:30', '2014-06-06T13:30', 7, true]);
  assert.deepEqual(await until('1d', '2014-06-05T20:00'), ['2014-06-05T00:00', '2014-06-06T00:00', 1, true]);
});

test('as of a moment, and final only, are answered as on the clock', async (t) => {
  const { upsert, ask } = await aSeries(t, 'NASDAQ');
  const open = time('2014-06-05T13:30');
  await upsert([flat(open, 1)], { observedAt: time('2014-06-06'), state: 'provisional' });
  await upsert([flat(open, 2), flat(open + 60 * MINUTE, 3)], { observedAt: time('2014-06-07') });
  const day = { interval: '1h', from: time('2014-06-05'), to: time('2014-06-05T15:30') } as const;
  const then = { ...day, asOf: time('2014-06-06T12:00') };
  assert.deepEqual([...(await ask(then)).columns.close], [1]);
  assert.deepEqual([...(await ask(day)).columns.close], [2, 3]);
  assert.deepEqual(missingOf(await ask({ ...then, minState: 'final' })), [
    ['2014-06-05T13:30', '2014-06-05T15:30', 2, 'notFetched'],
  ]);
});

test('the source is the stored interval that never reaches over the edge of a session', async (t) => {
  const { upsert, ask } = await aSeries(t, 'NASDAQ');
  const range = { from: time('2014-06-05'), to: time('2014-06-06') };
  await upsert(rowsOf('2014-06-05T13:00', '2014-06-05T20:00', 60 * MINUTE), { interval: '1h' });
  await assert.rejects(ask({ interval: '1h', ...range }), {
    code: 'NO_SUITABLE_INTERVAL',
    message: /divides 30 minutes/,
  });
  await upsert([flat(time('2014-06-05'), 7)], { interval: '1d' });
  const day = await ask({ interval: '1d', ...range });
  assert.deepEqual([day.storedInterval, [...day.columns.close]], ['1d', [7]], 'a stored day is a trading day');
  assert.deepEqual((await ask({ interval: '1w' })).storedInterval, '1d');
  await upsert(rowsOf('2014-06-05T13:25', '2014-06-05T13:40', 5 * MINUTE), { interval: '5m' });
  assert.deepEqual(counted(await ask({ interval: '1d', ...range })), ['2014-06-05T00:00 2']);
  assert.deepEqual(counted(await ask({ interval: '5m', ...range })), ['2014-06-05T13:30 1', '2014-06-05T13:35 1']);
});

test('without a schedule no bar can begin with trading', async (t) => {
  const { upsert, ask } = await aSeries(t, 'NASDAQ', { schedule: undefined });
  await upsert(rowsOf('2014-06-05T13:30', '2014-06-05T13:40'));
  await assert.rejects(ask({ interval: '1h' }), { code: 'NO_SCHEDULE' });
  const unknown = await aSeries(t, 'NASDAQ', { isRegistered: false });
  await assert.rejects(unknown.ask({ interval: '1h' }), { code: 'INSTRUMENT_NOT_FOUND' });
});

test('where trading never stops, both alignments are the same', async (t) => {
  const { upsert, ask } = await aSeries(t, '24x7');
  await upsert(rowsOf('2014-06-05T13:07', '2014-06-06T01:11'));
  for (const interval of ['1m', '45m', '1d', '1w'] as const) {
    const { align: _, ...session } = await ask({ interval });
    const { align: _clock, ...clock } = await ask({ interval }, LATER, 'clock');
    assert.deepEqual(session, clock, interval);
  }
});

const somewhere = fc.record({
  exchange: fc.constantFrom('NASDAQ', 'CME', 'NSE', 'OANDA', 'HKFE'),
  sessions: fc.constantFrom('regular', 'extended'),
  interval: fc.constantFrom('15m', '45m', '1h', '4h', '12h', '1d', '1w', '1M'),
  start: fc.integer({ min: Date.UTC(2005, 0) / MINUTE, max: Date.UTC(2022, 0) / MINUTE }),
  gaps: fc.array(fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 2_000 })), {
    minLength: 5,
    maxLength: 60,
  }),
  length: fc.integer({ min: 60, max: 20_000 }),
  offset: fc.integer({ min: -3_000, max: 3_000 }),
  limit: fc.integer({ min: 1, max: 9 }),
});

test('pages in either order tile what the whole source adds up to, and account for each expected bar', async (t) => {
  await fc.assert(
    fc.asyncProperty(somewhere, async ({ exchange, sessions, interval, start, gaps, length, offset, limit }) => {
      const { upsert, ask } = await aSeries(t, exchange, { sessions });
      let last = start;
      await upsert(gaps.map((gap) => flat((last += gap) * MINUTE)));
      const { columns: minutes } = await ask({ interval: '1m' }, LATER, 'clock');
      const from = (start + offset) * MINUTE;
      const to = from + length * MINUTE;
      const inRange = (parts: BarColumns) => {
        const all = aggregateBySession(parts, interval, known(exchange), sessions);
        return sliceColumns(all, firstIndexFrom(all.openTime, from), firstIndexFrom(all.openTime, to));
      };
      const bars = inRange(minutes);
      // Were there a bar in each minute, far enough around the range, each expected bar would be there.
      const whole = rowsAround(from - 40 * DAY, to + 40 * DAY);
      const possible = inRange(whole).openTime.length;
      for (const order of ['asc', 'desc'] as const) {
        const question = { interval, from, to, order, limit };
        const pages: BarColumns[] = [];
        let expected = 0;
        let missing = 0;
        for (let page = await ask(question); ; page = await ask({ ...question, cursor: page.nextCursor ?? '' })) {
          pages.push(page.columns);
          expected += page.completeness.expected ?? NaN;
          missing += page.completeness.missing.reduce((sum, range) => sum + range.bars, 0);
          assert.equal(page.completeness.extra, 0);
          if (page.nextCursor === undefined) break;
          assert.equal(page.columns.openTime.length, limit);
        }
        const read = barsOf(concatColumns(pages));
        const values = read.map(({ isPartial: _, ...bar }) => ({ ...bar, state: 'final' }));
        assert.deepEqual(order === 'asc' ? values : values.reverse(), barsOf(bars));
        assert.deepEqual([expected, missing], [possible, possible - read.length]);
      }
    }),
    { numRuns: 12 },
  );
});

function rowsAround(from: number, to: number): BarColumns {
  const openTime = Float64Array.from({ length: (to - from) / MINUTE }, (_, i) => from + i * MINUTE);
  const price = new Float64Array(openTime.length);
  return {
    openTime,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: price,
    state: new Uint8Array(openTime.length),
  };
}
