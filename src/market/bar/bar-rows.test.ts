import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { soundBars } from '../../../test/fixtures/market/sound-bars.ts';
import { FINAL, OPEN, PROVISIONAL } from './bar.ts';
import { barsOf } from './bar-columns.ts';
import { columnsOfRows } from './bar-rows.ts';

const NOON = Date.UTC(2016, 9, 7, 12);
const row = { openTime: NOON, open: 2, high: 4, low: 1, close: 3, volume: 10, state: 'final' };
const { volume: _volume, ...rowWithoutVolume } = row;
const { state: _state, ...rowWithoutState } = row;

/** Columns of which some bar has a value. */
const told = (columns: Readonly<Record<string, Float64Array | undefined>>) =>
  Object.fromEntries(
    Object.entries(columns).filter(([, column]) => column?.some((value) => !Number.isNaN(value)) === true),
  );

test('rows become columns, bit for bit', () => {
  fc.assert(
    fc.property(soundBars('1s'), (columns) => {
      const read = columnsOfRows(barsOf(columns));
      const { trades, turnover, openInterest, ...values } = columns;
      assert.deepEqual(read.columns, { ...values, ...told({ trades, turnover, openInterest }) });
      assert.deepEqual(read.faults, []);
      assert.deepEqual(Array.from(read.rows), Array.from(columns.openTime.keys()));
    }),
  );
});

test('a time may be text, a Date or epoch ms', () => {
  const times = ['2016-10-07T12:00:00Z', '2016-10-07T08:00:00-04:00', '2016-10-07 12:00', new Date(NOON), NOON];
  const { columns, faults } = columnsOfRows(times.map((openTime) => ({ ...row, openTime })));
  assert.deepEqual(faults, []);
  assert.deepEqual(
    Array.from(columns.openTime),
    times.map(() => NOON),
  );
});

test('a number is epoch ms, and refused where it looks like seconds; text is told by magnitude', () => {
  const times = [NOON / 1_000, String(NOON / 1_000), NOON];
  const { columns, faults, rows } = columnsOfRows(times.map((openTime) => ({ ...row, openTime })));
  assert.deepEqual(
    [Array.from(columns.openTime), Array.from(rows)],
    [
      [NOON, NOON],
      [1, 2],
    ],
  );
  assert.equal(faults.length, 1);
  assert.match(faults[0].message, /^openTime: 1475841600 looks like epoch seconds/);
});

test('numbers of JSON are told by magnitude, and a year or a day is none', () => {
  const times = [NOON / 1_000, NOON, NOON * 1_000, 2016, 20161007];
  const read = columnsOfRows(
    times.map((openTime) => ({ ...row, openTime })),
    FINAL,
    'byMagnitude',
  );
  assert.deepEqual(Array.from(read.columns.openTime), [NOON, NOON, NOON]);
  assert.deepEqual(
    read.faults.map(({ index }) => index),
    [3, 4],
  );
});

test('a volume that is left out, undefined or null is unknown, and not 0', () => {
  const rows = [rowWithoutVolume, { ...row, volume: undefined }, { ...row, volume: null }, { ...row, volume: 0 }];
  assert.deepEqual(Array.from(columnsOfRows(rows).columns.volume), [NaN, NaN, NaN, 0]);
});

test('a row that names no state gets the default, and is at fault where there is none', () => {
  const rows = [rowWithoutState, { ...row, state: 'provisional' }, row];
  assert.deepEqual(Array.from(columnsOfRows(rows, PROVISIONAL).columns.state), [PROVISIONAL, PROVISIONAL, FINAL]);
  assert.deepEqual(Array.from(columnsOfRows(rows, FINAL).columns.state), [FINAL, PROVISIONAL, FINAL]);
  assert.deepEqual(columnsOfRows(rows).faults, [
    { index: 0, openTime: NOON, message: 'state must be provisional or final, not missing' },
  ]);
  assert.equal(columnsOfRows([rowWithoutState], OPEN).faults.length, 1, 'open bars are not stored');
});

const BAD_ROWS: readonly (readonly [row: unknown, message: string])[] = [
  [undefined, 'A bar must be an object, not missing'],
  [null, 'A bar must be an object, not null'],
  [5, 'A bar must be an object, not 5'],
  [5n, 'A bar must be an object, not 5'],
  ['bar', 'A bar must be an object, not "bar"'],
  [[NOON, 2, 4, 1, 3], 'open must be a number, not missing'],
  [{}, 'open must be a number, not missing'],
  [{ ...row, open: '2' }, 'open must be a number, not "2"'],
  [{ ...row, high: null }, 'high must be a number, not null'],
  [{ ...row, low: 1n }, 'low must be a number, not 1'],
  [{ ...row, close: [3] }, 'close must be a number, not a list'],
  [{ ...row, close: { value: 3 } }, 'close must be a number, not an object'],
  [{ ...row, volume: '10' }, 'volume must be a finite number or left out, not "10"'],
  [{ ...row, volume: NaN }, 'volume must be a finite number or left out, not NaN'],
  [{ ...row, volume: Infinity }, 'volume must be a finite number or left out, not Infinity'],
  [{ ...row, state: 'open' }, 'state must be provisional or final, not "open"'],
  [{ ...row, state: 2 }, 'state must be provisional or final, not 2'],
  [
    { ...row, openTime: undefined },
    'openTime must be a time such as 2016-10-07T09:30:00Z or an epoch number, not missing',
  ],
  [{ ...row, openTime: 'noon' }, 'openTime must be a time such as 2016-10-07T09:30:00Z or an epoch number, not "noon"'],
  [
    { ...row, openTime: '2016-02-30' },
    'openTime must be a time such as 2016-10-07T09:30:00Z or an epoch number, not "2016-02-30"',
  ],
];

const isRowAtNoon = (bad: unknown): boolean =>
  typeof bad === 'object' && bad !== null && 'openTime' in bad && bad.openTime === NOON;

for (const [bad, message] of BAD_ROWS)
  test(`says of a bad row: ${message}`, () => {
    const { columns, rows, faults } = columnsOfRows([row, bad, row], FINAL);
    const time = isRowAtNoon(bad) ? { openTime: NOON } : {};
    assert.deepEqual(faults, [{ index: 1, ...time, message }]);
    assert.deepEqual(Array.from(rows), [0, 2]);
    assert.deepEqual(columns, columnsOfRows([row, row]).columns, 'what it had of a bar is gone');
  });

test('a fault quotes no more than the beginning of a long value', () => {
  const [fault] = columnsOfRows([{ ...row, openTime: 'x'.repeat(1_000_000) }]).faults;
  assert.ok(fault !== undefined && fault.message.length < 200, fault?.message.slice(0, 300));
});

test('whatever the rows are, each one is a bar or a fault', () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withTypedArray: true });
  const almostBar = fc
    .record({ openTime: anything, open: anything, close: anything, volume: anything, state: anything })
    .map((fields) => ({ ...row, ...fields }));
  fc.assert(
    fc.property(fc.array(fc.oneof(anything, almostBar, fc.constant(row))), (rows) => {
      const read = columnsOfRows(rows, FINAL);
      const places = [...read.rows, ...read.faults.map(({ index }) => index)].sort((a, b) => a - b);
      assert.deepEqual(places, Array.from(rows.keys()));
      assert.equal(read.columns.openTime.length, read.rows.length);
    }),
    { numRuns: 500 },
  );
});
