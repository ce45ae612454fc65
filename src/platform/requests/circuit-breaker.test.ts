import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

function opened() {
  const clock = manualClock();
  const breaker = new CircuitBreaker({ failures: 3, openMs: 100 }, clock.now);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual([breaker.state, breaker.enter()], ['closed', 0]);
    breaker.leave('failed');
  }
  return { clock, breaker };
}

test('it opens after failures in a row, and lets one request try after a while', () => {
  const { clock, breaker } = opened();
  assert.deepEqual([breaker.state, breaker.enter()], ['open', 100]);
  clock.pass(100);
  assert.deepEqual([breaker.state, breaker.enter()], ['halfOpen', 0]);
  assert.ok(breaker.enter() > 0, 'only one tries at a time');
  breaker.leave('worked');
  assert.deepEqual([breaker.state, breaker.enter()], ['closed', 0]);
});

test('a try that fails opens it again; one that is called off leaves the next try free', () => {
  const { clock, breaker } = opened();
  clock.pass(100);
  breaker.enter();
  breaker.leave('failed');
  assert.deepEqual([breaker.state, breaker.enter()], ['open', 100]);
  clock.pass(100);
  breaker.enter();
  breaker.leave('unknown');
  assert.deepEqual([breaker.state, breaker.enter()], ['halfOpen', 0]);
});

test('what works in between starts the count again', () => {
  const breaker = new CircuitBreaker({ failures: 2, openMs: 100 }, () => 0);
  for (const verdict of ['failed', 'worked', 'failed', 'unknown'] as const) breaker.leave(verdict);
  assert.equal(breaker.state, 'closed');
  breaker.leave('failed');
  assert.equal(breaker.state, 'open');
});
