import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offsetsOf } from './zone-offset.ts';

const HOUR = 3_600_000;

test("a zone's clock is as far from UTC as it is at each moment, also on the day it is changed", () => {
  const inNewYork = offsetsOf('America/New_York');
  const changed = Date.parse('2024-03-10T07:00:00Z');
  assert.equal(inNewYork(Date.parse('2024-01-15T14:30:00Z')), -5 * HOUR);
  assert.equal(inNewYork(changed - 1), -5 * HOUR);
  assert.equal(inNewYork(changed), -4 * HOUR);
  assert.equal(inNewYork(Date.parse('2024-07-01T00:00:00Z')), -4 * HOUR);
  assert.equal(offsetsOf('Asia/Kolkata')(0), 5.5 * HOUR);
  assert.equal(offsetsOf('UTC')(changed), 0);
});
