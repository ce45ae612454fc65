import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { soundBars } from '../../../test/fixtures/market/sound-bars.ts';
import { BAR_INTERVALS, DAY_MS, divides, fixedStepMs, isAligned, type BarInterval } from '../interval/bar-interval.ts';
import { aggregateBars } from './aggregate-bars.ts';
import { FINAL, type Bar } from './bar.ts';
import { barsOf, newBarColumns, type BarColumns } from './bar-columns.ts';
import { columnsOfRows } from './bar-rows.ts';
import { checkBars, SOUND } from './check-bars.ts';

const LATER = Date.UTC(9999, 0);

function aggregateRows(rows: readonly object[], interval: BarInterval): Bar[] {
  return barsOf(aggregateBars(columnsOfRows(rows, FINAL).columns, interval));
}

test('a bar has the first open, highest high, lowest low, last close and summed volume of its parts', () => {
  const bars = aggregateRows(
    [
      { openTime: '2016-10-07T12:03Z', open: 10, high: 12, low: 9, close: 11, volume: 1.5 },
      { openTime: '2016-10-07T12:04Z', open: 11, high: 15, low: 10, close: 14, volume: 2 },
      { openTime: '2016-10-07T12:05Z', open: 20, high: 21, low: 19, close: 20, volume: 4 },
      { openTime: '2016-10-07T12:07Z', open: 20, high: 20, low: -3, close: 1, volume: 0.25 },
      { openTime: '2016-10-07T12:09Z', open: 2, high: 5, low: 2, close: 4, volume: 0 },
    ],
    '5m',
  );
  assert.deepEqual(bars, [
    { openTime: Date.UTC(2016, 9, 7, 12, 0), open: 10, high: 15, low: 9, close: 14, volume: 3.5, state: 'final' },
    { openTime: Date.UTC(2016, 9, 7, 12, 5), open: 20, high: 21, low: -3, close: 4, volume: 4.25, state: 'final' },
  ]);
});

const flat = { open: 1, high: 1, low: 1, close: 1, volume: 1 };

test('the volume is unknown where one part does not tell it, and only there', () => {
  const bars = aggregateRows(
    [
      { ...flat, openTime: '2016-10-07T12:00Z' },
      { ...flat, openTime: '2016-10-07T12:01Z', volume: undefined },
      { ...flat, openTime: '2016-10-07T12:05Z' },
    ],
    '5m',
  );
  assert.deepEqual(
    bars.map(({ volume }) => volume),
    [undefined, 1],
  );
});

test('a bar is as certain as its least certain part', () => {
  const bars = aggregateRows(
    [
      { ...flat, openTime: '2016-10-07T12:00Z' },
      { ...flat, openTime: '2016-10-07T12:01Z', state: 'provisional' },
      { ...flat, openTime: '2016-10-07T12:02Z' },
      { ...flat, openTime: '2016-10-07T12:05Z' },
    ],
    '5m',
  );
  assert.deepEqual(
    bars.map(({ state }) => state),
    ['provisional', 'final'],
  );
});

test('an interval without parts has no bar', () => {
  assert.deepEqual(aggregateBars(newBarColumns(0), '1h'), newBarColumns(0));
  const bars = aggregateRows(
    [
      { ...flat, openTime: '2016-10-07T09:00Z' },
      { ...flat, openTime: '2016-10-07T12:00Z' },
    ],
    '1h',
  );
  assert.deepEqual(
    bars.map(({ openTime }) => openTime),
    [Date.UTC(2016, 9, 7, 9), Date.UTC(2016, 9, 7, 12)],
  );
});

test('weeks open on Monday and months on their first day, also across a leap day', () => {
  const openTimes = ['2016-02-28', '2016-02-29', '2016-03-01', '2016-03-06', '2016-03-07'];
  const days = openTimes.map((openTime) => ({ ...flat, openTime }));
  const summary = (interval: BarInterval) =>
    aggregateRows(days, interval).map(({ openTime, volume }) => [
      new Date(openTime).toISOString().slice(0, 10),
      volume,
    ]);
  assert.deepEqual(summary('1w'), [
    ['2016-02-22', 1],
    ['2016-02-29', 3],
    ['2016-03-07', 1],
  ]);
  assert.deepEqual(summary('1M'), [
    ['2016-02-01', 2],
    ['2016-03-01', 3],
  ]);
});

test('a bar of several providers has the names of all, and is as new as its newest part', () => {
  const parts: BarColumns = {
    ...newBarColumns(4),
    openTime: Float64Array.of(0, 60_000, 3_600_000, 3_660_000),
    provider: Uint16Array.of(1, 0, 1, 1),
    providers: ['binance', 'csv'],
    observedAt: Float64Array.of(9, 4, 5, 6),
  };
  const namesOf = ({ provider, providers }: BarColumns) => Array.from(provider ?? [], (place) => providers?.[place]);
  const hours = aggregateBars(parts, '1h');
  assert.deepEqual(namesOf(hours), ['binance+csv', 'csv']);
  assert.deepEqual(hours.observedAt, Float64Array.of(9, 6));
  assert.deepEqual(namesOf(aggregateBars(hours, '1d')), ['binance+csv']);
  assert.deepEqual(parts.providers, ['binance', 'csv'], 'the parts keep theirs');
});

const PAIRS = BAR_INTERVALS.flatMap((smaller) =>
  BAR_INTERVALS.filter((larger) => divides(smaller, larger)).map((larger) => [smaller, larger] as const),
);
const TRIPLES = PAIRS.flatMap(([smallest, middle]) =>
  PAIRS.filter(([smaller]) => smaller === middle).map(([, largest]) => [smallest, middle, largest] as const),
);

/** Bars of `interval` with gaps of up to two bars of `larger`. */
function barsAcross(interval: BarInterval, larger: BarInterval): fc.Arbitrary<BarColumns> {
  const lengthOf = (name: BarInterval) => fixedStepMs(name) ?? 30 * DAY_MS;
  return soundBars(interval, { maxGap: Math.ceil((2 * lengthOf(larger)) / lengthOf(interval)) });
}

test('bars equal those of a model that looks for each larger interval by itself', () => {
  const bars = fc
    .constantFrom(...PAIRS)
    .chain(([smaller, larger]) => fc.tuple(fc.constant(larger), barsAcross(smaller, larger)));
  fc.assert(
    fc.property(bars, ([interval, parts]) => {
      const groups = Map.groupBy(barsOf(parts), ({ openTime }) => openTimeByWalkingBack(openTime, interval));
      assert.deepEqual(
        barsOf(aggregateBars(parts, interval)),
        Array.from(groups, ([time, group]) => sumOf(time, group)),
      );
    }),
    { numRuns: 500 },
  );
});

/** Midnights are tried one after the other, so that no step is counted. */
function openTimeByWalkingBack(time: number, interval: BarInterval): number {
  let day = new Date(time).setUTCHours(0, 0, 0, 0);
  const length = fixedStepMs(interval);
  if (length !== undefined && length <= DAY_MS) return day + Math.floor((time - day) / length) * length;
  while (!isAligned(day, interval)) day -= DAY_MS;
  return day;
}

function sumOf(openTime: number, parts: readonly Bar[]): object {
  const sum = (name: 'volume' | 'trades' | 'turnover') => {
    const values = parts.flatMap((part) => part[name] ?? []);
    return values.length < parts.length ? {} : { [name]: values.reduce((total, value) => total + value) };
  };
  const openInterest = parts.at(-1)?.openInterest;
  return {
    openTime,
    open: parts.at(0)?.open,
    high: Math.max(...parts.map(({ high }) => high)),
    low: Math.min(...parts.map(({ low }) => low)),
    close: parts.at(-1)?.close,
    ...sum('volume'),
    ...sum('trades'),
    ...sum('turnover'),
    ...(openInterest === undefined ? {} : { openInterest }),
    state: parts.every(({ state }) => state === 'final') ? 'final' : 'provisional',
  };
}

test('going by way of an interval in between changes nothing', () => {
  const bars = fc
    .constantFrom(...TRIPLES, ['1s', '1m', '1h'] as const)
    .chain(([smallest, middle, largest]) =>
      fc.tuple(fc.constant(middle), fc.constant(largest), barsAcross(smallest, largest)),
    );
  fc.assert(
    fc.property(bars, ([middle, largest, parts]) => {
      assert.deepEqual(aggregateBars(aggregateBars(parts, middle), largest), aggregateBars(parts, largest));
    }),
    { numRuns: 1_000 },
  );
});

test('sound parts make sound bars, and bars of the same interval stay as they are', () => {
  const bars = fc
    .constantFrom(...PAIRS)
    .chain(([smaller, larger]) => fc.tuple(fc.constant(smaller), fc.constant(larger), barsAcross(smaller, larger)));
  fc.assert(
    fc.property(bars, ([smaller, larger, parts]) => {
      const codes = checkBars(aggregateBars(parts, larger), larger, LATER);
      assert.ok(codes.every((code) => code === SOUND));
      assert.deepEqual(aggregateBars(parts, smaller), parts);
    }),
    { numRuns: 300 },
  );
});

test('an answer of few bars does not hold on to memory for as many as its parts', () => {
  const seconds = newBarColumns(7_200);
  for (const i of seconds.openTime.keys()) seconds.openTime[i] = i * 1_000;
  const hours = aggregateBars(seconds, '1h');
  assert.equal(hours.openTime.length, 2);
  assert.equal(hours.openTime.buffer.byteLength, 16);
});

const RECORDED = new URL('../../../test/fixtures/market/', import.meta.url);

function recordedBars(fileName: string): BarColumns {
  const [, ...lines] = readFileSync(new URL(fileName, RECORDED), 'utf8').trimEnd().split('\n');
  const rows = lines.map((line) => {
    const [openTime, ...values] = line.split(',');
    const [open, high, low, close, volume] = values.map(Number);
    return { openTime, open, high, low, close, volume };
  });
  const { columns, faults } = columnsOfRows(rows, FINAL);
  assert.deepEqual(faults, []);
  return columns;
}

test('recorded seconds add up to the minutes that were recorded beside them', () => {
  const seconds = recordedBars('COINBASE_BTCUSD_1s_2016-10-07T12-14.csv');
  const minutes = recordedBars('COINBASE_BTCUSD_1m_2016-10-07T12-14.csv');
  assert.equal(seconds.openTime.length, 373);
  assert.equal(minutes.openTime.length, 118);
  assert.ok(checkBars(seconds, '1s', LATER).every((code) => code === SOUND));

  const rolledUp = aggregateBars(seconds, '1m');
  assert.deepEqual({ ...rolledUp, volume: undefined }, { ...minutes, volume: undefined });
  for (const [i, volume] of minutes.volume.entries())
    assert.ok(Math.abs(rolledUp.volume[i] - volume) <= 1e-9 * volume, `volume of minute ${i}: ${rolledUp.volume[i]}`);
});
