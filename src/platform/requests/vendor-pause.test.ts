import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pauseAfterLastMs, vendorPauseMs } from './vendor-pause.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const dated = (ms: number) => new Date(NOW + ms).toUTCString();

const READ: readonly (readonly [what: string, headers: Record<string, string>, ms: number | undefined])[] = [
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['a date', { 'retry-after': dated(9_000) }, 9_000],
  ["a date by the vendor's clock", { 'retry-after': dated(99_000), date: dated(90_000) }, 9_000],
  ['a reset', { 'x-ratelimit-reset': String(NOW / 1_000 + 5) }, 5_000],
  ["a reset by the vendor's clock", { 'x-ratelimit-reset': String(NOW / 1_000 - 85), date: dated(-90_000) }, 5_000],
  ['both', { 'retry-after': '2', 'x-ratelimit-reset': String(NOW / 1_000 + 5) }, 2_000],
  ['nothing', {}, undefined],
  ['a moment that is over', { 'retry-after': dated(-1_000) }, undefined],
  ['a reset in milliseconds', { 'x-ratelimit-reset': String(NOW + 5_000).slice(0, 12) }, undefined],
  ['no time at all', { 'retry-after': 'soon', 'x-ratelimit-reset': '-3' }, undefined],
];

for (const [what, headers, ms] of READ)
  test(`${what} asks for a pause of ${ms} ms`, () => assert.equal(vendorPauseMs(headers, NOW), ms));

test('a good answer asks for a pause only where it was the last one allowed', () => {
  const reset = { 'x-ratelimit-reset': String(NOW / 1_000 + 5) };
  assert.equal(pauseAfterLastMs({ ...reset, 'x-ratelimit-remaining': '0' }, NOW), 5_000);
  assert.equal(pauseAfterLastMs({ ...reset, 'x-ratelimit-remaining': '1' }, NOW), undefined);
});
