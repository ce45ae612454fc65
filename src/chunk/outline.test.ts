import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import {
  aggregateBars,
  BAR_INTERVALS,
  newBarColumns,
  openTimeOfStep,
  stepAt,
  FINAL,
  OPTIONAL_COLUMNS,
  PROVISIONAL,
  type OptionalColumn,
} from '../market/index.ts';
import { outlineOf, outlineText } from './outline.ts';

const START = Date.UTC(2024, 0, 1);

/** Minutes of a day with a close each; `undefined` where there is no bar. */
function minutes(
  closes: readonly (number | undefined)[],
  volumes: readonly number[],
  told: readonly OptionalColumn[] = [],
) {
  const held = [...closes.keys()].filter((at) => closes[at] !== undefined);
  const bars = newBarColumns(held.length, told);
  for (const [i, at] of held.entries()) {
    const close = closes[at] ?? NaN;
    bars.openTime[i] = START + at * 60_000;
    bars.open[i] = i === 0 ? close : bars.close[i - 1];
    bars.close[i] = close;
    bars.high[i] = Math.max(bars.open[i], close);
    bars.low[i] = Math.min(bars.open[i], close);
    bars.volume[i] = volumes[at % volumes.length];
    bars.trades?.set([at], i);
    bars.turnover?.set([volumes[at % volumes.length] * 4], i);
    bars.openInterest?.set([volumes[at % volumes.length] / 3], i);
    bars.state[i] = at % 7 === 0 ? PROVISIONAL : FINAL;
  }
  return bars;
}

test('an outline is the bar of the day, with when its minutes open', () => {
  const price = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });
  const volume = fc.integer({ min: 0, max: 1_000_000 }).map((whole) => whole / 10_000);
  const property = fc.property(
    fc.array(price, { minLength: 1, maxLength: 200 }),
    fc.array(volume, { minLength: 1, maxLength: 9 }),
    fc.subarray([...OPTIONAL_COLUMNS]),
    (closes, volumes, told) => {
      const bars = minutes(closes, volumes, told);
      const outline = outlineOf(outlineText(bars, '1m'), '1m');
      if (bars.openTime.length === 0) return assert.equal(outline, undefined);
      assert.ok(outline !== undefined, 'there are at most 128 runs');
      const day = aggregateBars(bars, '1d');
      for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
        assert.ok(Object.is(outline[name], day[name][0]), `${name}: ${outline[name]}, ${day[name][0]}`);
      for (const name of OPTIONAL_COLUMNS) assert.ok(Object.is(outline[name], day[name]?.[0] ?? NaN), name);
      assert.equal(outline.count, bars.openTime.length);
      assert.equal(outline.finalCount, bars.state.filter((state) => state === FINAL).length);
      const opens = outline.runs.flatMap(({ from, to }) =>
        Array.from({ length: (to - from) / 60_000 }, (_, i) => from + i * 60_000),
      );
      assert.deepEqual(opens, [...bars.openTime]);
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('openTimes of every interval come back', () => {
  for (const interval of BAR_INTERVALS) {
    const bars = newBarColumns(3);
    const step = stepAt(Date.UTC(1969, 11, 1), interval);
    for (const [i, offset] of [0, 1, 3].entries()) bars.openTime[i] = openTimeOfStep(step + offset, interval);
    const runs = outlineOf(outlineText(bars, interval), interval)?.runs;
    const spans = [
      [0, 2],
      [3, 4],
    ].map(([from, to]) => ({ from: openTimeOfStep(step + from, interval), to: openTimeOfStep(step + to, interval) }));
    assert.deepEqual(runs, spans, interval);
  }
});

test('volumes that are unknown or have no exact sum are told as such', () => {
  assert.ok(Number.isNaN(outlineOf(outlineText(minutes([1, 2], [1, NaN]), '1m'), '1m')?.volume));
  assert.equal(outlineOf(outlineText(minutes([1, 2], [1 / 3]), '1m'), '1m')?.volume, undefined);
});

test('a chunk with many gaps has no outline, and a damaged outline is none', () => {
  const everyOther = Array.from({ length: 258 }, (_, at) => (at % 2 === 0 ? 1 : undefined));
  assert.equal(outlineText(minutes(everyOther, [1]), '1m'), undefined);
  const text = outlineText(minutes([1, 2], [1]), '1m') ?? assert.fail();
  for (let at = 0; at < text.length; at++) {
    const damaged = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    assert.equal(outlineOf(damaged, '1m'), undefined, damaged);
  }
  assert.equal(outlineOf(undefined, '1m'), undefined);
});

test('an outline of an earlier release tells that nothing of what bars need not have is known', () => {
  const told = '2 2 1 2 1 2 0.3 0,2';
  const text = `${told} ${crc32(told).toString(36)}`;
  const { volume, trades, turnover, openInterest } = outlineOf(text, '1m') ?? assert.fail();
  assert.deepEqual([volume, trades, turnover, openInterest], [0.3, NaN, NaN, NaN]);
});

test('a turnover without an exact sum is told as such, an unknown one is left out', () => {
  const bars = minutes([1, 2], [1], ['trades', 'turnover', 'openInterest']);
  assert.equal(
    outlineOf(outlineText({ ...bars, turnover: Float64Array.of(1 / 3, 1) }, '1m'), '1m')?.turnover,
    undefined,
  );
  const unknown = { ...bars, trades: Float64Array.of(1, NaN), openInterest: Float64Array.of(1, NaN) };
  const { trades, openInterest } = outlineOf(outlineText(unknown, '1m'), '1m') ?? assert.fail();
  assert.deepEqual([trades, openInterest], [NaN, NaN]);
});
