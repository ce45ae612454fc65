import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkTime, middleOf, viewOf } from './view-link.ts';

test('a link says what is in sight: a span, a moment, or the newest bars', () => {
  const span = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 2) };
  assert.deepEqual(viewOf({ id: 'A:B', from: linkTime(span.from), to: linkTime(span.to) }).sight, span);
  assert.deepEqual(viewOf({ id: 'A:B', at: '2024-01-01' }).sight, { at: span.from });
  assert.deepEqual(viewOf({ id: 'A:B', from: '2024-01-02', to: '2024-01-01' }).sight, { at: span.to });
  assert.deepEqual(viewOf({ id: 'A:B', replay: '2024-01-01' }).sight, { at: span.from });
  assert.equal(viewOf({ id: 'A:B', at: 'soon' }).sight, 'newest');
  assert.equal(middleOf(span), (span.from + span.to) / 2);
});

test('times without a zone are UTC, and what cannot be read is left out', () => {
  const view = viewOf({ id: 'A:B', interval: '7m', scale: 'cubic', asOf: '2024-01-01T10:30', replay: 'x' });
  assert.equal(view.asOf, Date.UTC(2024, 0, 1, 10, 30));
  assert.equal(view.interval, undefined);
  assert.equal(view.scale, 'linear');
  assert.equal(view.replay, undefined);
  assert.deepEqual([viewOf({ asOf: 'now' }).asOf, viewOf({ asOf: 'now' }).isAsOf], [undefined, true]);
});
