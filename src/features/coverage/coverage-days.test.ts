import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockGrid, DAY_MS, type Span } from '../../market/index.ts';
import { coverageDays, coveredRanges } from './coverage-days.ts';

const HOUR = 3_600_000;
const countHours = clockGrid('1h').countOpenTimes;
const run = (from: number, to: number): Span => ({ from: from * HOUR, to: to * HOUR });
const gap = (from: number, to: number, bars: number, reason = 'notFetched') => ({ ...run(from, to), bars, reason });

test('what is held goes on over closed time, and what is missing cuts it', () => {
  const runs = [run(8, 16), run(32, 40), run(56, 64)];
  assert.deepEqual(coveredRanges(runs, [], countHours), [{ ...run(8, 64), bars: 24, status: 'held' }]);
  assert.deepEqual(coveredRanges(runs, [gap(14, 34, 4)], countHours), [
    { ...run(8, 14), bars: 6, status: 'held' },
    { ...run(14, 34), bars: 4, status: 'notFetched' },
    { ...run(34, 64), bars: 14, status: 'held' },
  ]);
  assert.deepEqual(coveredRanges(runs, [gap(8, 64, 24, 'noTrades')], countHours), [
    { ...run(8, 64), bars: 24, status: 'noTrades' },
  ]);
});

test('every expected interval stands in the ranges and the days with its own status', () => {
  const statuses = fc.array(fc.constantFrom('closed', 'held', 'notFetched', 'noTrades'), {
    minLength: 1,
    maxLength: 100,
  });
  fc.assert(
    fc.property(statuses, (hours) => {
      const runs: Span[] = [];
      const missing: ReturnType<typeof gap>[] = [];
      let before = 'closed';
      for (const [hour, status] of hours.entries()) {
        const lastRun = runs.at(-1);
        if (status !== 'closed' && lastRun !== undefined && before !== 'closed')
          runs[runs.length - 1] = { from: lastRun.from, to: (hour + 1) * HOUR };
        else if (status !== 'closed') runs.push(run(hour, hour + 1));
        const last = missing.at(-1);
        if (status === 'notFetched' || status === 'noTrades') {
          if (last?.reason === status && before === status)
            missing[missing.length - 1] = { ...last, to: (hour + 1) * HOUR, bars: last.bars + 1 };
          else missing.push(gap(hour, hour + 1, 1, status));
        }
        before = status;
      }
      const ranges = coveredRanges(runs, missing, countHours);
      const days = coverageDays(runs, ranges, countHours);
      for (const status of ['held', 'notFetched', 'noTrades']) {
        const count = hours.filter((one) => one === status).length;
        const inRanges = ranges.reduce((sum, range) => sum + (range.status === status ? range.bars : 0), 0);
        assert.equal(inRanges, count, status);
        for (const { day, bars } of days) {
          const ofDay = hours.slice(day / HOUR, (day + DAY_MS) / HOUR).filter((one) => one === status).length;
          assert.equal(bars[status] ?? 0, ofDay, `${status} of day ${day / DAY_MS}`);
        }
      }
    }),
  );
});
