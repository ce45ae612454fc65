import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Span } from '../../../market/index.ts';
import { planPages } from './plan-pages.ts';

const MINUTE = 60_000;
const span = (from: number, to: number): Span => ({ from: from * MINUTE, to: to * MINUTE });

test('a long gap is cut into requests, newest first', () => {
  assert.deepEqual(planPages([span(0, 2_500)], '1m', 1_000), [span(1_500, 2_500), span(500, 1_500), span(0, 500)]);
});

test('small gaps that fit one request are asked for together', () => {
  assert.deepEqual(planPages([span(0, 1), span(10, 12), span(900, 1_000), span(5_000, 5_001)], '1m', 1_000), [
    span(5_000, 5_001),
    span(0, 1_000),
  ]);
});

test('pages hold every gap, none is longer than a request, and none begins or ends with what is not missing', () => {
  const gaps = fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 40 }), length: fc.integer({ min: 1, max: 60 }) }),
    {
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(gaps, fc.integer({ min: 1, max: 50 }), (described, barsPerRequest) => {
      const missing: Span[] = [];
      let at = 0;
      for (const { after, length } of described) {
        missing.push(span(at + after, at + after + length));
        at += after + length;
      }
      const pages = planPages(missing, '1m', barsPerRequest);
      const isMissing = (minute: number): boolean =>
        missing.some(({ from, to }) => minute * MINUTE >= from && minute * MINUTE < to);
      for (const [index, { from, to }] of pages.entries()) {
        assert.ok(to - from <= barsPerRequest * MINUTE && from < to);
        assert.ok(isMissing(from / MINUTE) && isMissing(to / MINUTE - 1));
        if (index > 0) assert.ok(to <= pages[index - 1].from);
      }
      for (let minute = 0; minute <= at; minute++) {
        if (!isMissing(minute)) continue;
        assert.equal(pages.filter(({ from, to }) => minute * MINUTE >= from && minute * MINUTE < to).length, 1);
      }
    }),
  );
});
