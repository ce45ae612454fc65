import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveVendor } from '../../../../test/support/live-vendor.ts';
import { instrumentId, type BarInterval } from '../../../market/index.ts';
import { boundaryAfter, boundaryStep, isBoundaryOf } from './take-over.ts';

const NOON = Date.UTC(2026, 0, 5, 12);
const at = (seconds: number): number => NOON + seconds * 1_000;

function stepOf(intervals: readonly BarInterval[], ofVendor: readonly BarInterval[]): BarInterval {
  const base = intervals.find((interval) => ofVendor.includes(interval));
  const hours = { schedule: undefined, sessions: 'regular' } as const;
  const { provider } = new LiveVendor({ intervals: ofVendor });
  return boundaryStep({ ...hours, instrumentId: instrumentId('A:B'), symbol: undefined, intervals, base }, provider);
}

test('a boundary is one of the finest interval with history, or of the minute where that is long', () => {
  assert.equal(stepOf(['1s', '1m'], ['1s', '1m']), '1s');
  assert.equal(stepOf(['1s', '1m'], ['1m']), '1m');
  assert.equal(stepOf(['1h', '1d'], ['1m', '1h']), '1m');
  assert.equal(stepOf(['1h', '1d'], ['1h']), '1h', 'the vendor has no minutes');
  assert.equal(stepOf(['1s'], []), '1s');
});

test('a boundary lies after its moment, also where that is one', () => {
  assert.equal(boundaryAfter(at(0), '1m'), at(60));
  assert.equal(boundaryAfter(at(59.999), '1m'), at(60));
});

test('a boundary is right if nothing from there on was missed, and it is not much later than it need be', () => {
  const isRight = (since: number, begunBy: number, heardOf = -Infinity): boolean =>
    isBoundaryOf(since, begunBy, heardOf, '1s');
  assert.equal(isRight(at(1), at(1)), true);
  assert.equal(isRight(at(1), at(1.001)), false, 'the vendor was connected later than was thought');
  assert.equal(isRight(at(4), at(1.999)), true);
  assert.equal(isRight(at(5), at(1.999)), false, 'it was connected earlier');
  assert.equal(isRight(at(5), at(1.999), at(4.5)), true, 'something later was told before');
});
