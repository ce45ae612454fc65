import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clockGrid, DAY_MS } from '../../../market/index.ts';
import { judge, listen, NO_RHYTHM } from './silence.ts';

const MINUTE = 60_000;
const MINUTES = clockGrid('1m');
const span = (from: number, to: number) => ({ from: from * MINUTE, to: to * MINUTE });
const barsAt = (minutes: readonly number[]) => Float64Array.from(minutes, (minute) => minute * MINUTE);
const minutesWithout = (silent: (minute: number) => boolean, count: number) =>
  barsAt(Array.from({ length: count }, (_, minute) => minute).filter((minute) => !silent(minute)));

function doubtfulIn(openTime: Float64Array, count: number, before = NO_RHYTHM) {
  const { doubtful } = judge(listen(openTime, [span(0, count)], MINUTES), before, '1m');
  return doubtful.map(({ from, to }) => [from / MINUTE, to / MINUTE]);
}

test('a silence goes on over closed time and ends with a bar; bars outside of what is expected are not heard', () => {
  assert.deepEqual(listen(barsAt([0, 1, 12, 25]), [span(0, 5), span(20, 30)], MINUTES), {
    bars: 3,
    silences: [
      { ...span(2, 25), bars: 8, isBetweenBars: true },
      { ...span(26, 30), bars: 4, isBetweenBars: false },
    ],
  });
});

test('every expected interval is a bar or in one silence', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('closed', 'bar', 'silent', 'extra'), { maxLength: 60 }), (minutes) => {
      const runs = minutes.flatMap((what, i) => (what === 'bar' || what === 'silent' ? [span(i, i + 1)] : []));
      const heard = barsAt(minutes.flatMap((what, i) => (what === 'bar' || what === 'extra' ? [i] : [])));
      const { bars, silences } = listen(heard, runs, MINUTES);
      assert.equal(bars, minutes.filter((what) => what === 'bar').length);
      const silent = silences.reduce((sum, one) => sum + one.bars, 0);
      assert.equal(silent, minutes.filter((what) => what === 'silent').length);
      for (const { from, to } of silences)
        assert.ok(!minutes.slice(from / MINUTE, to / MINUTE).includes('bar'), 'no bar lies in a silence');
    }),
  );
});

test('where bars come each minute five without one are doubtful, and four are not', () => {
  assert.deepEqual(
    doubtfulIn(
      minutesWithout((minute) => minute >= 50 && minute < 55, 100),
      100,
    ),
    [[50, 55]],
  );
  assert.deepEqual(
    doubtfulIn(
      minutesWithout((minute) => minute >= 50 && minute < 54, 100),
      100,
    ),
    [],
  );
  assert.deepEqual(
    doubtfulIn(
      minutesWithout((minute) => minute >= 95, 100),
      100,
    ),
    [[95, 100]],
  );
});

test('where they come seldom they are awaited longer, and of an answer without bars by what was heard before', () => {
  const seldom = minutesWithout((minute) => minute % 10 > 0, 1_000);
  const { rhythm } = judge(listen(seldom, [span(0, 1_000)], MINUTES), NO_RHYTHM, '1m');
  assert.deepEqual(doubtfulIn(barsAt([]), 400, rhythm), []);
  assert.deepEqual(doubtfulIn(barsAt([]), 600, rhythm), [[0, 600]]);
  assert.deepEqual(doubtfulIn(barsAt([]), 5), [[0, 5]], 'nothing is known');
});

test('a silence that comes again and again is usual, a longer one is not', () => {
  const nightly = (minute: number): boolean => minute % 200 < 12;
  assert.deepEqual(doubtfulIn(minutesWithout(nightly, 1_001), 1_001), []);
  const longer = minutesWithout((minute) => nightly(minute) || (minute >= 500 && minute < 540), 1_001);
  assert.deepEqual(doubtfulIn(longer, 1_001), [[500, 540]]);
});

test('one day without a bar is doubtful where each other has one', () => {
  const days = Float64Array.from([0, 1, 2, 4, 5], (day) => day * DAY_MS);
  const { doubtful } = judge(listen(days, [{ from: 0, to: 6 * DAY_MS }], clockGrid('1d')), NO_RHYTHM, '1d');
  assert.deepEqual(
    doubtful.map(({ from }) => from),
    [3 * DAY_MS],
  );
});
