import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { soundBars } from '../../../test/fixtures/market/sound-bars.ts';
import { FINAL, PROVISIONAL } from './bar.ts';
import {
  barAt,
  barsOf,
  columnsOfBars,
  concatColumns,
  copyBar,
  copyColumns,
  firstIndexFrom,
  gatherBars,
  newBarColumns,
  reverseColumns,
  sliceColumns,
  type BarColumns,
} from './bar-columns.ts';

/** Bars that open at these times, each with values of its own. */
function barsAt(...times: number[]): BarColumns {
  const columns = newBarColumns(times.length);
  for (const [i, time] of times.entries()) {
    columns.openTime[i] = time;
    columns.open[i] = time + 0.1;
    columns.high[i] = time + 0.4;
    columns.low[i] = time;
    columns.close[i] = time + 0.3;
    columns.volume[i] = time * 10;
    columns.state[i] = time % 2 === 0 ? FINAL : PROVISIONAL;
  }
  return columns;
}

test('new columns are of equal length', () => {
  const lengths = Object.values(newBarColumns(3)).map((column: Float64Array | Uint8Array) => column.length);
  assert.deepEqual(lengths, [3, 3, 3, 3, 3, 3, 3]);
});

test('a slice is half-open and shares memory with its source', () => {
  const columns = barsAt(1, 2, 3, 4);
  const slice = sliceColumns(columns, 1, 3);
  assert.deepEqual(slice, barsAt(2, 3));
  slice.close[0] = 99;
  slice.state[0] = PROVISIONAL;
  assert.equal(columns.close[1], 99);
  assert.equal(columns.state[1], PROVISIONAL);
});

test('bars are copied whole, and only where they are put', () => {
  const target = barsAt(0, 0, 0, 0);
  copyColumns(barsAt(7, 8), target, 1);
  assert.deepEqual(target, barsAt(0, 7, 8, 0));
  copyBar(barsAt(5, 6), 1, target, 3);
  assert.deepEqual(target, barsAt(0, 7, 8, 6));
  assert.throws(() => copyColumns(barsAt(1, 2), target, 3), RangeError, 'no room');
});

test('parts are joined in the order given', () => {
  assert.deepEqual(concatColumns([]), newBarColumns(0));
  assert.deepEqual(concatColumns([barsAt(1, 2)]), barsAt(1, 2));
  assert.deepEqual(concatColumns([barsAt(3), newBarColumns(0), barsAt(1, 2)]), barsAt(3, 1, 2));
});

test('cut anywhere and joined again, bars are what they were', () => {
  fc.assert(
    fc.property(soundBars('1m'), fc.nat(60), (columns, cut) => {
      const { length } = columns.openTime;
      const at = Math.min(cut, length);
      assert.deepEqual(concatColumns([sliceColumns(columns, 0, at), sliceColumns(columns, at, length)]), columns);
    }),
  );
});

test('reversed bars come last first, in memory of their own', () => {
  const columns = barsAt(1, 2, 3);
  const reversed = reverseColumns(columns);
  assert.deepEqual(reversed, barsAt(3, 2, 1));
  reversed.close[0] = 99;
  assert.deepEqual(columns, barsAt(1, 2, 3));
  assert.deepEqual(reverseColumns(reverseColumns(columns)), columns);
});

test('the first index from a time on is that of the first openTime not before it', () => {
  const ascending = fc.uniqueArray(fc.integer({ min: -50, max: 50 })).map((times) => times.sort((a, b) => a - b));
  fc.assert(
    fc.property(ascending, fc.integer({ min: -60, max: 60 }), (times, time) => {
      const expected = times.findIndex((openTime) => openTime >= time);
      assert.equal(firstIndexFrom(Float64Array.from(times), time), expected < 0 ? times.length : expected);
    }),
    { numRuns: 500 },
  );
});

test('a bar as an object leaves out a volume nobody told', () => {
  const columns = barsAt(2, 3);
  columns.volume[1] = NaN;
  assert.deepEqual(barsOf(columns), [
    { openTime: 2, open: 2.1, high: 2.4, low: 2, close: 2.3, volume: 20, state: 'final' },
    { openTime: 3, open: 3.1, high: 3.4, low: 3, close: 3.3, state: 'provisional' },
  ]);
  columns.volume[0] = 0;
  assert.equal(barAt(columns, 0).volume, 0, 'nobody traded, which is something else');
});

/** The same bars with all that a bar can have, in values of their own. */
function told(...times: number[]): BarColumns {
  const column = (value: (time: number) => number) => Float64Array.from(times, value);
  return {
    ...barsAt(...times),
    trades: column((time) => time + 1),
    turnover: column((time) => time * 2.5),
    openInterest: column((time) => time + 3),
    vwap: column((time) => time + 4),
    observedAt: column((time) => time + 5),
    provider: Uint16Array.from(times, (time) => time % 2),
    providers: ['binance', 'csv'],
  };
}

test('what bars need not have goes where they go', () => {
  const columns = told(1, 2, 3, 4);
  assert.deepEqual(sliceColumns(columns, 1, 3), told(2, 3));
  assert.deepEqual(reverseColumns(columns), told(4, 3, 2, 1));
  assert.deepEqual(gatherBars(columns, [3, 0, 0]), told(4, 1, 1));
  assert.deepEqual(concatColumns([told(1), told(2, 3)]), told(1, 2, 3));
  assert.deepEqual(columnsOfBars(barsOf(columns), FINAL).trades, columns.trades);
});

test('parts with and without optional columns are joined, and what is not told stays unknown', () => {
  const joined = concatColumns([barsAt(1), { ...barsAt(2), trades: Float64Array.of(7) }, barsAt(3)]);
  assert.deepEqual(joined, { ...barsAt(1, 2, 3), trades: Float64Array.of(NaN, 7, NaN) });
  const [without, withOne] = barsOf(joined);
  assert.equal('trades' in without, false);
  assert.equal(withOne.trades, 7);
});

test('parts of other providers are joined by their names', () => {
  const ofCsv = { ...barsAt(1, 2), provider: Uint16Array.of(0, 0), providers: ['csv'] };
  const joined = concatColumns([told(2, 3), ofCsv]);
  assert.deepEqual(
    Array.from(joined.provider ?? [], (place) => joined.providers?.[place]),
    ['binance', 'csv', 'csv', 'csv'],
  );
});

test('bars copied over others leave nothing of them', () => {
  const target = told(1, 2, 3);
  copyColumns(barsAt(7), target, 1);
  assert.deepEqual(Array.from(target.trades ?? []), [2, NaN, 4]);
  copyBar(barsAt(8), 0, target, 2);
  assert.deepEqual(Array.from(target.trades ?? []), [2, NaN, NaN]);
});
