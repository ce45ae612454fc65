import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { soundBars } from '../../../test/fixtures/market/sound-bars.ts';
import { BAR_INTERVALS, type BarInterval } from '../interval/bar-interval.ts';
import { EPOCH_MS_RANGE } from '../time/epoch-ms.ts';
import { BAR_FAULTS, FINAL, OPEN, type BarFault } from './bar.ts';
import { newBarColumns, type BarColumns } from './bar-columns.ts';
import { checkBars, describeFault, faultOf, SOUND } from './check-bars.ts';

const NOON = Date.UTC(2016, 9, 7, 12);
const MUCH_LATER = EPOCH_MS_RANGE.maximum;
const sound = {
  openTime: NOON,
  open: 2,
  high: 4,
  low: 1,
  close: 3,
  volume: 10,
  trades: 3,
  turnover: 25,
  openInterest: 7,
  state: FINAL,
};
type Column = keyof typeof sound;
type Values = Partial<Record<Column, number>>;

const newTold = (count: number) => ({
  ...newBarColumns(count),
  trades: new Float64Array(count),
  turnover: new Float64Array(count),
  openInterest: new Float64Array(count),
});

function barsOf(...bars: Values[]): ReturnType<typeof newTold> {
  const columns = newTold(bars.length);
  for (const [i, bar] of bars.entries())
    for (const [name, value] of Object.entries({ ...sound, ...bar })) columns[name as Column][i] = value;
  return columns;
}

function faultsOf(
  columns: BarColumns,
  interval: BarInterval = '1m',
  now: number = MUCH_LATER,
): (BarFault | undefined)[] {
  return Array.from(checkBars(columns, interval, now), (code) => (code === SOUND ? undefined : faultOf(code)));
}

const SPOILED: readonly (readonly [what: string, values: Values, fault: BarFault])[] = [
  ['no time', { openTime: NaN }, 'invalidBar'],
  ['half a millisecond', { openTime: NOON + 0.5 }, 'invalidBar'],
  ['a time before the year 1', { openTime: EPOCH_MS_RANGE.minimum - 60_000 }, 'invalidBar'],
  ['a time after the year 9999', { openTime: EPOCH_MS_RANGE.maximum + 1 }, 'invalidBar'],
  ['an open state', { state: OPEN }, 'invalidBar'],
  ['an unknown state', { state: 3 }, 'invalidBar'],
  ['an infinite volume', { volume: Infinity }, 'invalidBar'],
  ['no open', { open: NaN }, 'invalidPrice'],
  ['an infinite high', { high: Infinity }, 'invalidPrice'],
  ['an infinite low', { low: -Infinity }, 'invalidPrice'],
  ['no close', { close: NaN }, 'invalidPrice'],
  ['infinities that cancel out', { high: Infinity, low: -Infinity }, 'invalidPrice'],
  ['huge prices and an infinite one', { high: Infinity, open: Number.MAX_VALUE }, 'invalidPrice'],
  ['high below low', { high: 0.5 }, 'highLowOrder'],
  ['open above high', { open: 4.000001 }, 'highLowOrder'],
  ['open below low', { open: 0.999999 }, 'highLowOrder'],
  ['close above high', { close: 5 }, 'highLowOrder'],
  ['close below low', { close: -3 }, 'highLowOrder'],
  ['a negative volume', { volume: -1e-9 }, 'negativeVolume'],
  ['a negative number of trades', { trades: -1 }, 'invalidTrades'],
  ['half a trade', { trades: 1.5 }, 'invalidTrades'],
  ['infinitely many trades', { trades: Infinity }, 'invalidTrades'],
  ['a negative turnover', { turnover: -1 }, 'invalidTurnover'],
  ['an infinite turnover', { turnover: Infinity }, 'invalidTurnover'],
  ['an infinite turnover at negative prices', { low: -1, turnover: -Infinity }, 'invalidTurnover'],
  ['a negative open interest', { openInterest: -1 }, 'invalidOpenInterest'],
  ['an infinite open interest', { openInterest: Infinity }, 'invalidOpenInterest'],
  ['a time off the grid', { openTime: NOON + 1 }, 'notAligned'],
  ['a time off the grid before 1970', { openTime: -1 }, 'notAligned'],
];

for (const [what, values, fault] of SPOILED)
  test(`${what} makes ${fault}, and leaves the neighbours sound`, () => {
    const columns = barsOf({}, values, {});
    assert.deepEqual(faultsOf(columns), [undefined, fault, undefined]);
  });

test('a bar that breaks several rules is told the first', () => {
  assert.deepEqual(faultsOf(barsOf({ openTime: NaN, open: NaN, volume: -1 })), ['invalidBar']);
  assert.deepEqual(faultsOf(barsOf({ openTime: NOON + 1, open: 9, volume: -1 })), ['highLowOrder']);
});

test('what is unusual but true is sound', () => {
  const unusual: Values[] = [
    { open: 3, high: 3, low: 3, close: 3 },
    { open: -37.63, high: -10, low: -40.32, close: -37.63 },
    { open: -0, high: 0, low: 0, close: -0 },
    { volume: NaN },
    { volume: 0 },
    { volume: 0.00000001 },
    { trades: NaN, turnover: NaN, openInterest: NaN },
    { trades: 0, turnover: 0, openInterest: 0.5 },
    { open: -37.63, high: -10, low: -40.32, close: -37.63, turnover: -99.5 },
    { open: Number.MAX_VALUE, high: Number.MAX_VALUE, low: -Number.MAX_VALUE, close: Number.MAX_VALUE },
    { open: Number.MIN_VALUE, high: Number.MAX_VALUE, low: 0, close: Number.MAX_VALUE },
    { openTime: -60_000 },
    { openTime: EPOCH_MS_RANGE.minimum },
  ];
  assert.deepEqual(
    faultsOf(barsOf(...unusual)),
    unusual.map(() => undefined),
  );
});

test('bars that break no rule have no fault, whatever the interval', () => {
  const anySoundBars = fc
    .constantFrom(...BAR_INTERVALS)
    .chain((interval) => fc.tuple(fc.constant(interval), soundBars(interval)));
  fc.assert(
    fc.property(anySoundBars, ([interval, columns]) => {
      assert.deepEqual(
        faultsOf(columns, interval),
        Array.from(columns.openTime, () => undefined),
      );
    }),
    { numRuns: 500 },
  );
});

test('one spoiled bar among sound ones is the one that is found', () => {
  const someBars = soundBars('1m').filter(({ openTime }) => openTime.length > 0);
  fc.assert(
    fc.property(someBars, fc.nat(), fc.constantFrom(...SPOILED), (columns, place, [, values, fault]) => {
      const spoiled = place % columns.openTime.length;
      const told = { ...newTold(columns.openTime.length), ...columns };
      for (const [name, value] of Object.entries({ ...sound, ...values })) told[name as Column][spoiled] = value;
      const expected = Array.from(columns.openTime, (_, i) => (i === spoiled ? fault : undefined));
      assert.deepEqual(faultsOf(told), expected);
    }),
    { numRuns: 300 },
  );
});

const MONDAY = Date.UTC(2016, 9, 3);
const FIRST = Date.UTC(2016, 9, 1);
const OFF_GRID: readonly (readonly [interval: BarInterval, aligned: number, off: number])[] = [
  ['1s', NOON + 1_000, NOON + 500],
  ['1m', NOON + 60_000, NOON + 30_000],
  ['45m', Date.UTC(2016, 9, 7, 2, 15), Date.UTC(2016, 9, 7, 2)],
  ['1h', NOON, Date.UTC(2016, 9, 7, 9, 30)],
  ['1d', MONDAY, NOON],
  ['1w', MONDAY, FIRST],
  ['1M', FIRST, MONDAY],
];

for (const [interval, aligned, off] of OFF_GRID)
  test(`a ${interval} bar must open on the ${interval} grid`, () => {
    assert.deepEqual(faultsOf(barsOf({ openTime: aligned }, { openTime: off }), interval), [undefined, 'notAligned']);
  });

const NOT_BEFORE: readonly (readonly [interval: BarInterval, openTime: number, now: number])[] = [
  ['1s', NOON, NOON + 1_000],
  ['1m', NOON, NOON + 60_000],
  ['12h', NOON, NOON + 12 * 3_600_000],
  ['1d', MONDAY, MONDAY],
  ['1w', MONDAY, MONDAY],
  ['1M', FIRST, FIRST],
];

for (const [interval, openTime, now] of NOT_BEFORE)
  test(`a ${interval} bar is in the future until ${now === openTime ? 'its label is reached' : 'its interval is over'}`, () => {
    const columns = barsOf({ openTime });
    assert.deepEqual(faultsOf(columns, interval, now - 1), ['inFuture']);
    assert.deepEqual(faultsOf(columns, interval, now), [undefined]);
  });

test('the cases above show every fault that a bar by itself can have', () => {
  const shown = new Set<BarFault>([...SPOILED.map(([, , fault]) => fault), 'inFuture']);
  assert.deepEqual(
    BAR_FAULTS.filter((fault) => !shown.has(fault)),
    ['duplicateInBatch', 'ambiguousTime'],
    'which need a second bar, and a clock',
  );
});

test('a fault is told with the values that make it', () => {
  const tell = (values: Values, fault: BarFault) => describeFault(barsOf(values), 0, fault, '1m');
  const prices = 'open 2, high 4, low 1, close 3';
  const at = '2016-10-07T12:00:30Z';
  assert.equal(
    tell({ openTime: NaN, state: 7 }, 'invalidBar'),
    `A field is missing, not a number or out of range: openTime NaN, ${prices}, volume 10, state 7`,
  );
  assert.equal(tell({ high: NaN }, 'invalidPrice'), 'Prices must be finite numbers: open 2, high NaN, low 1, close 3');
  assert.equal(
    tell({ high: 2.5 }, 'highLowOrder'),
    'Open and close must be between low and high: open 2, high 2.5, low 1, close 3',
  );
  assert.equal(tell({ volume: -5 }, 'negativeVolume'), 'Volume must not be negative: -5');
  assert.equal(
    tell({ trades: 1.5 }, 'invalidTrades'),
    'The number of trades must be a whole number, not negative: 1.5',
  );
  assert.equal(
    tell({ turnover: -5 }, 'invalidTurnover'),
    'Turnover must be a finite number, and negative only where prices are: -5, low 1',
  );
  assert.equal(
    tell({ openInterest: -5 }, 'invalidOpenInterest'),
    'Open interest must be a finite number, not negative: -5',
  );
  assert.equal(
    tell({ openTime: NOON + 30_000 }, 'notAligned'),
    `No 1m bar opens at ${at}; the interval around it opens at 2016-10-07T12:00:00Z`,
  );
  assert.equal(tell({ openTime: NOON + 30_000 }, 'inFuture'), `The 1m interval that opens at ${at} is not over yet`);
  assert.equal(
    describeFault(barsOf({ openTime: MONDAY }), 0, 'inFuture', '1d', MONDAY + 72_000_000),
    'The 1d interval that opens at 2016-10-03T00:00:00Z is not over yet: it closes at 2016-10-03T20:00:00Z',
  );
  assert.equal(
    tell({ openTime: NOON + 30_000 }, 'duplicateInBatch'),
    `Two bars with different values for ${at}: ${prices}`,
  );
});

test('whatever the values are, a fault that is found can be told', () => {
  const value = fc.oneof(fc.double(), fc.constantFrom(NOON, NOON + 1, 0, 1, 2));
  const wildBar = fc.record({ openTime: value, open: value, high: value, low: value, close: value, volume: value });
  fc.assert(
    fc.property(fc.constantFrom(...BAR_INTERVALS), wildBar, (interval, values) => {
      const columns = barsOf(values);
      for (const fault of faultsOf(columns, interval, NOON))
        if (fault !== undefined) assert.ok(describeFault(columns, 0, fault, interval).length > 20);
    }),
    { numRuns: 1_000 },
  );
});
