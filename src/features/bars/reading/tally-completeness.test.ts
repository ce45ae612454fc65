import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minute } from '../../../../test/support/a-store.ts';
import { clockGrid, newBarColumns, openTimeOfStep, type BarInterval, type TimeRange } from '../../../market/index.ts';
import { tallyCompleteness } from './tally-completeness.ts';

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
  const tally = tallyCompleteness(expectation, { range, order: 'asc', isStored: true });
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

test('the range that spans the rest never says that nothing traded where something was not fetched', () => {
  const range = { from: minute(0), to: minute(6) };
  const expectation = {
    grid: clockGrid('1m'),
    runsIn: (covered: TimeRange) => [covered],
    asked: [{ from: minute(0), to: minute(4), result: 'fetched' }],
    listedFrom: undefined,
    listedTo: undefined,
    knownUntil: range.to,
    quarantined: [],
  } as const;
  const tally = tallyCompleteness(expectation, { range, order: 'asc', isStored: true, listedRanges: 2 });
  const held = newBarColumns(2);
  held.openTime.set([minute(1), minute(3)]);
  tally.add(held);
  assert.deepEqual(tally.result(range, false).missing, [
    { from: minute(0), to: minute(1), bars: 1, reason: 'noTrades' },
    { from: minute(2), to: minute(6), bars: 3, reason: 'notFetched' },
  ]);
});

test('what is missing is what a list of all openTimes lacks, however bars are split into batches', () => {
  const intervals = fc.constantFrom<BarInterval>('1m', '1h', '1w', '1M');
  const held = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 90 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(intervals, held, fc.integer({ min: 1, max: 200 }), (interval, stretches, perBatch) => {
      const isHeld = stretches.flatMap(([is, length]) => Array.from({ length }, () => is));
      const timeOf = (step: number) => openTimeOfStep(100 + step, interval);
      const range = { from: timeOf(0), to: timeOf(isHeld.length) };
      const expectation = {
        grid: clockGrid(interval),
        runsIn: (covered: TimeRange) => [covered],
        asked: [],
        listedFrom: undefined,
        listedTo: undefined,
        knownUntil: range.to,
        quarantined: [],
      } as const;
      const openTime = isHeld.flatMap((is, step) => (is ? [timeOf(step)] : []));
      const tally = tallyCompleteness(expectation, { range, order: 'asc', isStored: true });
      for (let at = 0; at < openTime.length; at += perBatch)
        tally.add({ openTime: Float64Array.from(openTime.slice(at, at + perBatch)) });
      const told = tally
        .result(range, false)
        .missing.flatMap(({ from, to }) =>
          isHeld.flatMap((_, step) => (timeOf(step) >= from && timeOf(step) < to ? [step] : [])),
        );
      assert.deepEqual(
        told,
        isHeld.flatMap((is, step) => (is ? [] : [step])),
      );
    }),
    { numRuns: 300 },
  );
});
