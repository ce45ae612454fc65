import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  arrivals,
  assertSameBars,
  keyOf,
  listening,
  modelBars,
  trade,
} from '../../../test/fixtures/market/live-model.ts';
import { BAR_INTERVALS, closeTimeOf, DAY_MS, openTimeAt, type BarInterval } from '../interval/bar-interval.ts';
import { epochMs, type EpochMs } from '../time/epoch-ms.ts';
import type { BarSeed, LiveBar } from './live-bar.ts';

const NOON = Date.UTC(2019, 9, 11, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const LATER = NOON + 400 * DAY_MS;

const seedOf = (openTime: number, price: number, volume?: number): BarSeed => ({
  openTime: openTime as EpochMs,
  open: price,
  high: price,
  low: price,
  close: price,
  ...(volume === undefined ? {} : { volume }),
});

const shown = (bars: readonly LiveBar[]) =>
  bars.map((bar) => `${keyOf(bar)} ${bar.open} ${bar.high} ${bar.low} ${bar.close} ${bar.volume}`);

test('a bar closes when its grace is over, in silence too, and not because a later trade came', () => {
  const { machine, told } = listening({ intervals: ['1m', '3m'] });
  machine.onTrade(trade(NOON + 10 * SECOND, 5));
  assert.equal(machine.nextDue, NOON + MINUTE + 2_000);
  machine.onTrade(trade(NOON + MINUTE + 1, 7));
  machine.onTrade(trade(NOON + MINUTE - 1, 4));
  machine.advance(NOON + MINUTE + 1_999);
  assert.deepEqual(told(), []);
  machine.advance(NOON + MINUTE + 2_000);
  assert.deepEqual(told(), ['closed 1m 2019-10-11T12:00 5 5 4 4 2']);
  assert.deepEqual(shown(machine.openBars('3m')), ['3m 2019-10-11T12:00 5 7 4 7 3']);
  machine.advance(NOON + 3 * MINUTE + 2_000);
  assert.deepEqual(told(), ['closed 1m 2019-10-11T12:01 7 7 7 7 1', 'closed 3m 2019-10-11T12:00 5 7 4 7 3']);
  assert.equal(machine.nextDue, Infinity);
});

test('late trades repair a closed bar and every larger one, closed or open, and are told of once', () => {
  const { machine, told } = listening({ intervals: ['1s', '5s', '1m', '5m'], latenessMs: 2 * MINUTE });
  machine.onTrade(trade(NOON + 500, 10));
  machine.advance(NOON + MINUTE + 2_000);
  told();
  machine.onTrade(trade(NOON + 100 + 2_000, 8));
  machine.onTrade(trade(NOON + 100 + 2_001, 14));
  machine.onTrade(trade(NOON + 999, 12, 2));
  assert.deepEqual(told(), []);
  assert.ok(machine.nextDue <= NOON + MINUTE + 2_000, 'it wants to be advanced at once');
  machine.advance(NOON + MINUTE + 2_000);
  assert.deepEqual(told(), [
    'changed 1s 2019-10-11T12:00 10 12 10 12 3',
    'closed 1s 2019-10-11T12:00:02 8 14 8 14 2',
    'changed 5s 2019-10-11T12:00 10 14 8 14 5',
    'changed 1m 2019-10-11T12:00 10 14 8 14 5',
  ]);
  assert.deepEqual(shown(machine.openBars('5m')), ['5m 2019-10-11T12:00 10 14 8 14 5']);
});

test('a trade that comes too late is in no bar, is told of, and leaves the bars that run without it partial', () => {
  const { machine, tooLate, told } = listening({ intervals: ['1m', '1h'], latenessMs: 10_000 });
  machine.onTrade(trade(NOON + 1, 5));
  machine.advance(NOON + 3 * MINUTE);
  told();
  machine.onTrade(trade(NOON + 3 * MINUTE - 10_001, 99));
  assert.deepEqual(tooLate, [{ from: NOON + 2 * MINUTE, to: NOON + 3 * MINUTE }]);
  const [hour] = machine.openBars('1h');
  assert.deepEqual([hour.high, hour.isPartial], [5, true]);
  machine.onTrade(trade(NOON + 3 * MINUTE - 10_000, 6));
  machine.advance(LATER);
  assert.deepEqual(told(), ['closed 1m 2019-10-11T12:02 6 6 6 6 1', 'closed 1h 2019-10-11T12:00 5 6 5 6 2']);
});

test('a trade too late for an hour without any leaves that hour partial if others come', () => {
  const { machine, closed, told } = listening({ intervals: ['1m', '1h', '1d'], latenessMs: 10_000 });
  machine.advance(NOON + 30 * MINUTE);
  machine.onTrade(trade(NOON, 99));
  machine.advance(NOON + 31 * MINUTE);
  assert.deepEqual([machine.openBars('1h'), told()], [[], []]);
  machine.onTrade(trade(NOON + 31 * MINUTE, 5));
  machine.advance(LATER);
  assert.deepEqual(
    [...closed.values()].map(({ interval, isPartial }) => [interval, isPartial]),
    [
      ['1m', false],
      ['1h', true],
      ['1d', true],
    ],
  );
});

test('numbers that are none are ignored and counted', () => {
  const { machine, told, events } = listening({ intervals: ['1m'] });
  for (const [price, size] of [
    [NaN, 1],
    [Infinity, 1],
    [-Infinity, 1],
    [1, NaN],
    [1, -1],
    [1, Infinity],
  ] as const)
    machine.onTrade(trade(NOON, price, size));
  machine.onTrade(trade(NaN, 1));
  assert.equal(machine.ignored, 7);
  machine.onTrade(trade(NOON, -37.63, 0));
  machine.advance(LATER);
  assert.deepEqual(told(), ['closed 1m 2019-10-11T12:00 -37.63 -37.63 -37.63 -37.63 0']);
  assert.deepEqual(events, []);
});

test('hours may be asked for that no other divides, and only what was asked for is told', () => {
  const { machine, told } = listening({ intervals: ['3h', '2h'] });
  machine.onTrade(trade(NOON, 5));
  assert.deepEqual(machine.openBars('1h'), []);
  machine.advance(LATER);
  assert.deepEqual(told(), ['closed 2h 2019-10-11T12:00 5 5 5 5 1', 'closed 3h 2019-10-11T12:00 5 5 5 5 1']);
});

test('without an interval, or with bars that outlast late trades, there is no machine', () => {
  assert.throws(() => listening({ intervals: [] }), RangeError);
  assert.throws(() => listening({ intervals: ['1m'], graceMs: 5_000, latenessMs: 4_999 }), RangeError);
  assert.throws(() => listening({ intervals: ['1m'], graceMs: NaN }), RangeError);
});

test('a bar that closed is not open any more', () => {
  const { machine } = listening({ intervals: ['1m', '1h'] });
  machine.onTrade(trade(NOON, 5));
  assert.equal(machine.openBars('1m').length, 1);
  machine.advance(NOON + 2 * MINUTE);
  assert.deepEqual(machine.openBars('1m'), []);
});

test('a start in the middle of an interval makes its first bar partial, and the next one whole', () => {
  const { machine, closed } = listening({ intervals: ['1m', '5m', '1d'] });
  machine.startFrom(NOON + 6 * MINUTE);
  machine.onTrade(trade(NOON + 6 * MINUTE - 1, 99));
  machine.onTrade(trade(NOON + 6 * MINUTE, 5));
  machine.onTrade(trade(NOON + 10 * MINUTE, 5));
  assert.equal(machine.openBars('1d')[0].isPartial, true);
  machine.advance(LATER);
  assert.deepEqual(
    [...closed.values()].map((bar) => [keyOf(bar), bar.volume, bar.isPartial]),
    [
      ['1m 2019-10-11T12:06', 1, false],
      ['1m 2019-10-11T12:10', 1, false],
      ['5m 2019-10-11T12:05', 1, true],
      ['5m 2019-10-11T12:10', 1, false],
      ['1d 2019-10-11T00:00', 2, true],
    ],
  );
});

test('a first bar of which nothing was traded before is whole', () => {
  const { machine, closed } = listening({ intervals: ['1m', '1h'] });
  machine.startFrom(NOON + 1, new Map([['1h', []]]));
  machine.onTrade(trade(NOON + 1, 5));
  machine.advance(LATER);
  assert.deepEqual(
    [...closed.values()].map(({ isPartial }) => isPartial),
    [true, false],
  );
});

test('a seed is part of its own bar alone, and closes with it also in silence', () => {
  const { machine, told, tooLate } = listening({ intervals: ['1m', '5m'] });
  const seeds = new Map<BarInterval, BarSeed[]>([
    ['1m', [seedOf(NOON + MINUTE, 10, 3)]],
    ['3m', [seedOf(NOON, 99, 1)]],
    ['5m', [seedOf(NOON, 20, 8)]],
  ]);
  machine.startFrom(NOON + MINUTE + 30_000, seeds);
  assert.deepEqual(shown(machine.openBars('5m')), ['5m 2019-10-11T12:00 20 20 20 20 8']);
  machine.onTrade(trade(NOON + MINUTE + 30_000, 11));
  assert.deepEqual(shown(machine.openBars('5m')), ['5m 2019-10-11T12:00 20 20 11 11 9']);
  machine.onTrade(trade(NOON + MINUTE + 29_999, 1));
  machine.advance(NOON + 2 * MINUTE + 2_000);
  assert.deepEqual(told(), ['closed 1m 2019-10-11T12:01 10 11 10 11 4']);
  machine.onTrade(trade(NOON + MINUTE, 1));
  machine.advance(LATER);
  assert.deepEqual(told(), ['closed 5m 2019-10-11T12:00 20 20 11 11 9']);
  assert.deepEqual(tooLate, [], 'what the seed has is not missed');
  machine.startFrom(LATER, new Map([['1m', [seedOf(openTimeAt(LATER, '1m'), 7)]]]));
  machine.onTrade(trade(LATER, 8));
  assert.equal(machine.openBars('1m')[0].volume, undefined, 'a volume that is not known stays so');
});

const run = fc
  .record({
    intervals: fc.subarray([...BAR_INTERVALS], { minLength: 1 }),
    lengthMs: fc.constantFrom(20 * SECOND, 20 * MINUTE, 2 * DAY_MS, 90 * DAY_MS),
    graceMs: fc.constantFrom(0, 1, 2_000),
    latenessMs: fc.constantFrom(2_000, MINUTE, 7_200_000, 3 * DAY_MS),
    from: fc.integer({ min: NOON - 40 * DAY_MS, max: NOON }),
  })
  .chain((options) =>
    fc.record({
      options: fc.constant(options),
      arrived: arrivals(options.from, options.lengthMs, options.latenessMs),
      advancedAfter: fc.func(fc.boolean()),
      cut: fc.nat({ max: 40 }),
    }),
  );

test('whatever the order of arrival, bars are those of the sorted trades, closed and open ones', () => {
  fc.assert(
    fc.property(run, ({ options, arrived, advancedAfter }) => {
      const { intervals, graceMs } = options;
      const { machine, closed, tooLate } = listening(options);
      for (const [i, { at, trade }] of arrived.entries()) {
        machine.onTrade(trade);
        if (!advancedAfter(i)) continue;
        const now = Math.floor(at);
        machine.advance(now);
        const all = modelBars(
          arrived.slice(0, i + 1).map(({ trade }) => trade),
          intervals,
          openTimeAt,
        );
        const isOpen = (bar: Partial<LiveBar>) =>
          closeTimeOf(bar.openTime ?? NaN, bar.interval ?? '1m') + graceMs > now;
        const open = intervals.flatMap((interval) => machine.openBars(interval));
        assertSameBars(byKey(open), new Map([...all].filter(([, bar]) => isOpen(bar))));
        for (const [key, bar] of all) assert.equal(closed.has(key), !isOpen(bar), key);
        assert.ok(machine.nextDue > now);
      }
      machine.advance(LATER);
      assertSameBars(
        closed,
        modelBars(
          arrived.map(({ trade }) => trade),
          intervals,
          openTimeAt,
        ),
      );
      assert.deepEqual([tooLate, machine.ignored, machine.nextDue], [[], 0, Infinity]);
    }),
    { numRuns: 600 },
  );
});

test('a restart with the open bars as seeds changes nothing, wherever it happens', () => {
  fc.assert(
    fc.property(run, ({ options, arrived, cut }) => {
      const inOrder = arrived.map(({ trade }) => trade).toSorted((a, b) => a.eventTime - b.eventTime);
      const [once, first, second] = [listening(options), listening(options), listening(options)];
      const since = inOrder.at(cut)?.eventTime ?? LATER;
      for (const one of inOrder) once.machine.onTrade(one);
      for (const one of inOrder) if (one.eventTime < since) first.machine.onTrade(one);
      first.machine.advance(since);
      const seeds = new Map(options.intervals.map((interval) => [interval, first.machine.openBars(interval)]));
      second.machine.startFrom(since, seeds);
      for (const one of inOrder) second.machine.onTrade(one);
      for (const { machine } of [once, second]) machine.advance(LATER);
      assertSameBars(new Map([...first.closed, ...second.closed]), once.closed);
    }),
    { numRuns: 300 },
  );
});

function byKey(bars: readonly LiveBar[]): Map<string, LiveBar> {
  return new Map(bars.map((bar) => [keyOf(bar), bar]));
}

test('a trade of volume alone counts in every volume and in no price; alone it makes no bar', () => {
  const { machine, told } = listening({ intervals: ['1s', '1m', '5m'], latenessMs: 5 * MINUTE });
  const oddLot = (time: number, size: number) => machine.onTrade({ ...trade(time, 99, size), isVolumeOnly: true });
  oddLot(NOON + 1, 3);
  machine.onTrade(trade(NOON + 5_000, 10, 100));
  oddLot(NOON + 5_001, 7);
  oddLot(NOON + 2 * MINUTE, 5);
  assert.deepEqual(shown(machine.openBars('1m')), ['1m 2019-10-11T12:00 10 10 10 10 110']);
  machine.advance(NOON + 3 * MINUTE + 2_000);
  assert.deepEqual(told(), [
    'closed 1s 2019-10-11T12:00:05 10 10 10 10 107',
    'closed 1m 2019-10-11T12:00 10 10 10 10 110',
  ]);
  oddLot(NOON + 6_000, 1);
  oddLot(NOON + 5_002, 2);
  machine.onTrade(trade(NOON + 2 * MINUTE + 1, 12, 100));
  machine.advance(NOON + 5 * MINUTE + 2_000);
  assert.deepEqual(told().toSorted(), [
    'changed 1m 2019-10-11T12:00 10 10 10 10 113',
    'changed 1s 2019-10-11T12:00:05 10 10 10 10 109',
    'closed 1m 2019-10-11T12:02 12 12 12 12 105',
    'closed 1s 2019-10-11T12:02 12 12 12 12 105',
    'closed 5m 2019-10-11T12:00 10 12 10 12 218',
  ]);
});

test('trades are counted, and what was paid adds up exactly, with late trades and those of volume alone', () => {
  const { machine, closed } = listening({ intervals: ['1s', '1m'], latenessMs: 5 * MINUTE });
  const bars = () => [...closed.values()].map(({ interval, trades, turnover }) => [interval, trades, turnover]);
  machine.onTrade(trade(NOON, 0.1, 3));
  machine.onTrade({ ...trade(NOON + 1, 99, 0.7), isVolumeOnly: true });
  machine.onTrade(trade(NOON + 5_000, 0.2, 0.1));
  machine.onTrade({ ...trade(NOON + 5_001, 0.2, 1), trades: 4 });
  machine.advance(NOON + MINUTE + 2_000);
  assert.deepEqual(bars(), [
    ['1s', 2, 69.6],
    ['1s', 5, 0.22],
    ['1m', 7, 69.82],
  ]);
  machine.onTrade(trade(NOON + 5_500, 0.1, 0.2));
  machine.advance(NOON + 2 * MINUTE);
  assert.deepEqual(bars().slice(1), [
    ['1s', 6, 0.24],
    ['1m', 8, 69.84],
  ]);
});

test('what history told of a bar is added to; if it did not tell, nobody knows', () => {
  const seed = { openTime: epochMs(NOON), open: 1, high: 1, low: 1, close: 1, volume: 2 };
  for (const [known, expected] of [
    [{ trades: 5, turnover: 0.1 }, [7, 0.4]],
    [{}, [undefined, undefined]],
  ] as const) {
    const { machine } = listening({ intervals: ['1m'] });
    machine.startFrom(NOON + 10_000, new Map([['1m', [{ ...seed, ...known }]]]));
    machine.onTrade(trade(NOON + 11_000, 0.1, 1));
    machine.onTrade(trade(NOON + 12_000, 0.1, 2));
    const [{ trades, turnover }] = machine.openBars('1m');
    assert.deepEqual([trades, turnover], expected);
  }
});
