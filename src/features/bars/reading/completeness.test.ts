import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minute } from '../../../../test/support/a-store.ts';
import { clockGrid, newBarColumns, type TimeRange } from '../../../market/index.ts';
import { tallyCompleteness } from './completeness.ts';

test('bars that are not final, hundreds of thousands of them between final ones, are each explained', () => {
  const COUNT = 300_000;
  const range = { from: minute(0), to: minute(2 * COUNT) };
  const expectation = {
    grid: clockGrid('1m'),
    runsIn: (covered: TimeRange) => [covered],
    asked: [],
    listedFrom: undefined,
    listedTo: undefined,
    knownUntil: range.to,
    quarantined: [minute(2)],
  } as const;
  const tally = tallyCompleteness(expectation, range, 'asc');
  const final = newBarColumns(COUNT);
  final.openTime.forEach((_, i) => (final.openTime[i] = minute(2 * i + 1)));
  tally.add(final);
  tally.withhold(
    Array.from({ length: COUNT - 1 }, (_, i) => ({ openTime: minute(i === 0 ? 0 : 2 * (i + 1)), reason: 'notYet' })),
  );
  const { expected, returned, missing } = tally.result(range, false);
  assert.deepEqual([expected, returned, missing.length], [2 * COUNT, COUNT, 1_000]);
  assert.deepEqual(
    missing.slice(0, 3).map(({ from, bars, reason }) => [from, bars, reason]),
    [
      [minute(0), 1, 'notYet'],
      [minute(2), 1, 'quarantined'],
      [minute(4), 1, 'notYet'],
    ],
  );
  assert.equal(
    missing.reduce((sum, { bars }) => sum + bars, 0),
    COUNT,
  );
});
