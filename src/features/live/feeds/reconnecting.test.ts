import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Backoff } from './reconnecting.ts';

const outcomes = fc.array(fc.record({ dataForMs: fc.nat(20_000), random: fc.double({ min: 0, max: 1, noNaN: true }) }));

test('every wait is between a second and a minute, and no longer than twice as long with each failure', () => {
  fc.assert(
    fc.property(outcomes, (connections) => {
      const backoff = new Backoff();
      let failures = 0;
      for (const { dataForMs, random } of connections) {
        failures = dataForMs >= 10_000 ? 1 : failures + 1;
        const wait = backoff.next(dataForMs, random);
        assert.ok(wait >= 1_000 && wait <= Math.min(60_000, 1_000 * 2 ** failures), `${wait} after ${failures}`);
      }
    }),
  );
});

test('clients that lost a connection at the same time come back at different times, also after a good one', () => {
  for (const dataForMs of [0, 10_000, 3_600_000]) {
    const waits = [0, 0.5, 0.99].map((random) => new Backoff().next(dataForMs, random));
    assert.equal(new Set(waits).size, 3, `${waits.join()} after ${dataForMs} ms of data`);
  }
});

test('waits grow up to a minute and stay there', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 2_000 }, () => backoff.next(0, 1));
  assert.deepEqual(waits.slice(0, 7), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assert.equal(waits.at(-1), 60_000);
});

test('only a connection that brought data for ten seconds makes waits short again', () => {
  const backoff = new Backoff();
  for (let i = 0; i < 5; i++) backoff.next(0, 1);
  assert.equal(backoff.next(9_999, 1), 60_000);
  assert.equal(backoff.next(10_000, 1), 2_000);
});
