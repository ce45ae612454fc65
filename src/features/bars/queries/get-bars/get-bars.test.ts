import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { aRow, aStore, at, portOf, LATER, minute, type Upsert } from '../../../../../test/support/a-store.ts';
import {
  aggregateBars,
  epochMsOfIso,
  KNOWN_SCHEDULES,
  withPartial,
  type BarColumns,
  type BarInterval,
} from '../../../../market/index.ts';
import type { AskedSpan } from '../../reading/explain-gaps.ts';
import type { InstrumentFacts } from '../../reading/plan-answer.ts';
import { answerGetBars, type BarsAnswer } from './get-bars.query.ts';

const AROUND_THE_CLOCK = { isRegistered: true, schedule: KNOWN_SCHEDULES.get('24x7') };

type Question = Omit<Parameters<ReturnType<typeof answerGetBars>>[0], 'instrumentId' | 'interval'> & {
  interval?: BarInterval;
};

async function aSeries(
  t: TestContext,
  facts: Partial<InstrumentFacts> = AROUND_THE_CLOCK,
  asked: readonly AskedSpan[] = [],
) {
  const store = await aStore(t);
  const answer = answerGetBars(store.collections, portOf(facts, asked));
  const ask = (question: Question = {}, now = LATER): Promise<BarsAnswer> =>
    answer({ instrumentId: 'COINBASE:BTCUSD', interval: '1m', ...question }, at(now));
  return { ...store, ask };
}

async function fill(upsert: Upsert, minutes: readonly number[]): Promise<void> {
  await upsert(minutes.map((count) => aRow(count, 100 + count, 1)));
}

function minutesOf({ openTime }: BarColumns): number[] {
  return Array.from(openTime, (time) => (time - minute(0)) / 60_000);
}

test('a range is half-open, and ends of the question that are left open are the ends of the series', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await fill(upsert, [0, 1, 2, 3]);
  assert.deepEqual(minutesOf((await ask({ from: minute(1), to: minute(3) })).columns), [1, 2]);
  assert.deepEqual(minutesOf((await ask({ from: minute(2) })).columns), [2, 3]);
  assert.deepEqual(minutesOf((await ask({ to: minute(2) })).columns), [0, 1]);
  assert.deepEqual(minutesOf((await ask()).columns), [0, 1, 2, 3]);
});

test('an answer says what is missing and why', async (t) => {
  const { upsert, ask } = await aSeries(t, { ...AROUND_THE_CLOCK, listedFrom: minute(1), listedTo: minute(9) });
  await fill(upsert, [1, 2, 5]);
  await upsert([{ ...aRow(6, 10), high: 0 }]);
  const { completeness } = await ask({ from: minute(0), to: minute(10) });
  assert.deepEqual(completeness, {
    from: minute(0),
    to: minute(10),
    expected: 10,
    returned: 3,
    extra: 0,
    missing: [
      { from: minute(0), to: minute(1), bars: 1, reason: 'beforeListing' },
      { from: minute(3), to: minute(5), bars: 2, reason: 'notFetched' },
      { from: minute(6), to: minute(7), bars: 1, reason: 'quarantined' },
      { from: minute(7), to: minute(9), bars: 2, reason: 'notFetched' },
      { from: minute(9), to: minute(10), bars: 1, reason: 'afterDelisting' },
    ],
    complete: false,
    truncated: false,
  });
});

test('what is not over yet, or not final yet where only final bars are wanted, is not yet', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await upsert([aRow(0, 10)], { now: minute(2) });
  await upsert([aRow(1, 10)], { now: minute(2), state: 'provisional' });
  const question = { from: minute(0), to: minute(4), minState: 'final' } as const;
  const { columns, completeness } = await ask(question, minute(3));
  assert.deepEqual(minutesOf(columns), [0]);
  assert.deepEqual(completeness.missing, [
    { from: minute(1), to: minute(2), bars: 1, reason: 'notYet' },
    { from: minute(2), to: minute(3), bars: 1, reason: 'notFetched' },
    { from: minute(3), to: minute(4), bars: 1, reason: 'notYet' },
  ]);
});

test('a whole series of an instrument that trades around the clock is complete', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await fill(upsert, [0, 1, 2]);
  const { completeness } = await ask({ from: minute(0), to: minute(3) });
  assert.deepEqual([completeness.expected, completeness.complete], [3, true]);
});

test('where no schedule is known nothing is claimed', async (t) => {
  const { upsert, ask } = await aSeries(t, { isRegistered: true });
  await fill(upsert, [0, 2]);
  const { expected, complete, missing } = (await ask({ from: minute(0), to: minute(3) })).completeness;
  assert.deepEqual({ expected, complete, missing }, { expected: undefined, complete: false, missing: [] });
});

test('pages in either order tile the answer without a bar lost or doubled', async (t) => {
  const { upsert, ask } = await aSeries(t);
  const stored = [0, 1, 4, 1_439, 1_440, 1_441, 5_000];
  await fill(upsert, stored);
  for (const order of ['asc', 'desc'] as const) {
    for (const limit of [1, 2, 3, 7, 8]) {
      const question = { from: minute(0), to: minute(5_001), order, limit };
      const pages: number[] = [];
      let expected = 0;
      let missing = 0;
      for (let page = await ask(question); ; page = await ask({ ...question, cursor: page.nextCursor ?? '' })) {
        pages.push(...minutesOf(page.columns));
        expected += page.completeness.expected ?? NaN;
        missing += page.completeness.missing.reduce((sum, { bars }) => sum + bars, 0);
        assert.equal(page.completeness.truncated, page.nextCursor !== undefined);
        if (page.nextCursor === undefined) break;
      }
      assert.deepEqual(pages, order === 'asc' ? stored : stored.toReversed(), `${order} by ${limit}`);
      assert.deepEqual([expected, missing], [5_001, 5_001 - stored.length]);
    }
  }
});

test('a cursor of another query, or no cursor at all, is refused', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await fill(upsert, [0, 1, 2]);
  const { nextCursor: cursor = '' } = await ask({ limit: 1 });
  await assert.rejects(ask({ limit: 1, cursor, order: 'desc' }), { code: 'CURSOR_MISMATCH' });
  await assert.rejects(ask({ cursor: 'abc' }), { code: 'INVALID_CURSOR' });
  assert.deepEqual(minutesOf((await ask({ limit: 2, cursor })).columns), [1, 2]);
});

test('from after to is refused, and so is an instrument that nobody knows', async (t) => {
  const { ask } = await aSeries(t, {});
  await assert.rejects(ask(), { code: 'INSTRUMENT_NOT_FOUND' });
  const registered = await aSeries(t);
  await assert.rejects(registered.ask({ from: minute(5), to: minute(4) }), { code: 'INVALID_RANGE' });
});

test('an interval that is not stored is derived from the finest stored one, the same in either order', async (t) => {
  const { upsert, ask } = await aSeries(t, AROUND_THE_CLOCK, [
    { from: minute(-50_000), to: minute(50_000), result: 'fetched' },
  ]);
  await fill(
    upsert,
    Array.from({ length: 4_000 }, (_, count) => count).filter((count) => count % 7 !== 0),
  );
  const { columns: minutes } = await ask();
  for (const interval of ['5m', '45m', '1h', '1d', '1w', '1M'] as const) {
    const expected = withPartial(aggregateBars(minutes, interval));
    const range = { from: minute(-50_000), to: minute(50_000) };
    const ascending = await ask({ interval, ...range });
    assert.equal(ascending.storedInterval, '1m');
    assert.deepEqual(ascending.columns, expected, interval);
    const descending = await ask({ interval, ...range, order: 'desc' });
    assert.deepEqual([...descending.columns.volume], [...expected.volume].reverse(), interval);
  }
});

test('a derived interval that still runs is not answered', async (t) => {
  const { upsert, ask } = await aSeries(t);
  await upsert(
    [0, 1, 2, 3, 4, 5, 6].map((count) => aRow(count, 10)),
    { now: minute(7) },
  );
  assert.deepEqual(minutesOf((await ask({ interval: '5m' }, minute(7))).columns), [0]);
  assert.deepEqual(minutesOf((await ask({ interval: '5m' }, minute(10))).columns), [0, 5]);
});

test('an as-of read answers with exactly what was known then', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ count: fc.nat(3), price: fc.integer({ min: 5, max: 8 }), isFinal: fc.boolean() }), {
        maxLength: 12,
      }),
      async (writes) => {
        const { upsert, ask } = await aSeries(t);
        const known: Map<number, { price: number; isFinal: boolean }>[] = [new Map()];
        for (const [turn, { count, price, isFinal }] of writes.entries()) {
          await upsert([aRow(count, price)], {
            observedAt: minute(100 + turn),
            state: isFinal ? 'final' : 'provisional',
          });
          const state = new Map(known[known.length - 1]);
          const before = state.get(count);
          const isSame = before?.price === price;
          if (before === undefined || isSame || isFinal || !before.isFinal)
            state.set(count, { price, isFinal: isFinal || (isSame && before.isFinal) });
          known.push(state);
        }
        for (const [turn, state] of known.entries()) {
          const { columns } = await ask({ from: minute(0), to: minute(9), asOf: minute(99 + turn) });
          const read = minutesOf(columns).map((count, i) => [
            count,
            { price: columns.close[i], isFinal: columns.state[i] === 2 },
          ]);
          assert.deepEqual(
            read,
            [...state].sort(([a], [b]) => a - b),
            `after ${turn} writes`,
          );
        }
      },
    ),
    { numRuns: 25 },
  );
});

test('what providers were asked for tells an interval without trades from one that nobody fetched', async (t) => {
  const { upsert, ask } = await aSeries(t, AROUND_THE_CLOCK, [
    { from: minute(0), to: minute(4), result: 'fetched' },
    { from: minute(4), to: minute(6), result: 'failed' },
  ]);
  await fill(upsert, [0, 3]);
  const { completeness } = await ask({ from: minute(0), to: minute(8) });
  assert.deepEqual(completeness.missing, [
    { from: minute(1), to: minute(3), bars: 2, reason: 'noTrades' },
    { from: minute(4), to: minute(6), bars: 2, reason: 'providerError' },
    { from: minute(6), to: minute(8), bars: 2, reason: 'notFetched' },
  ]);
  assert.equal(completeness.complete, false);
  const known = (await ask({ from: minute(0), to: minute(4) })).completeness;
  assert.deepEqual([known.expected, known.returned, known.complete], [4, 2, true]);
});

test('a derived interval of which a part only was asked for is not known to be empty', async (t) => {
  const { upsert, ask } = await aSeries(t, AROUND_THE_CLOCK, [{ from: minute(0), to: minute(13), result: 'fetched' }]);
  await fill(upsert, [0]);
  const { missing } = (await ask({ interval: '5m', from: minute(0), to: minute(15) })).completeness;
  assert.deepEqual(missing, [
    { from: minute(5), to: minute(10), bars: 1, reason: 'noTrades' },
    { from: minute(10), to: minute(15), bars: 1, reason: 'notFetched' },
  ]);
});

test('a schedule decides what is expected: closed time is not missing, and bars outside of the session are extra', async (t) => {
  const nasdaq = { isRegistered: true, schedule: KNOWN_SCHEDULES.get('NASDAQ') };
  const { upsert, ask } = await aSeries(t, nasdaq);
  // Wednesday 2020-01-01 is a holiday; on Thursday the session runs from 14:30Z to 21:00Z.
  const open = (epochMsOfIso('2020-01-02T14:30:00Z') - minute(0)) / 60_000;
  await fill(upsert, [open - 2, open - 1, open, open + 1, open + 388, open + 389]);
  const range = { from: minute(0), to: epochMsOfIso('2020-01-03') };
  for (const order of ['asc', 'desc'] as const) {
    const { expected, returned, extra, missing } = (await ask({ ...range, order })).completeness;
    assert.deepEqual({ expected, returned, extra }, { expected: 390, returned: 6, extra: 2 });
    assert.deepEqual(missing, [{ from: minute(open + 2), to: minute(open + 388), bars: 386, reason: 'notFetched' }]);
  }
  const extended = await aSeries(t, { ...nasdaq, sessions: 'extended' });
  await fill(extended.upsert, [open - 1, open]);
  const { expected, extra } = (await extended.ask(range)).completeness;
  assert.deepEqual([expected, extra], [960, 0]);
});
