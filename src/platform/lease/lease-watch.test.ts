import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLikelyHeld, LeaseWatch } from './index.ts';

const LENGTH_MS = 5_000;

function aWatch() {
  const time = { now: 100 };
  return { time, watch: new LeaseWatch(LENGTH_MS, () => time.now) };
}

test('a lease is over when nobody renewed it for its length, however far ahead its holder wrote its end', () => {
  const { time, watch } = aWatch();
  const lease = { holder: 'dead', beat: 7, until: Number.MAX_SAFE_INTEGER };
  assert.ok(!watch.isOver('relay', lease), 'it is seen for the first time');
  time.now += LENGTH_MS;
  assert.ok(!watch.isOver('relay', lease));
  time.now += 1;
  assert.ok(watch.isOver('relay', lease));
});

test('a renewal counts whatever time it names, and so does another holder', () => {
  const { time, watch } = aWatch();
  watch.isOver('relay', { holder: 'one', beat: 1, until: 10 });
  time.now += LENGTH_MS + 1;
  assert.ok(!watch.isOver('relay', { holder: 'one', beat: 2, until: 10 }));
  time.now += LENGTH_MS + 1;
  assert.ok(!watch.isOver('relay', { holder: 'two', beat: 2, until: 10 }));
});

test('a lease of an earlier release is known by the time that it names', () => {
  const { time, watch } = aWatch();
  watch.isOver('relay', { holder: 'old', until: 1_000 });
  time.now += LENGTH_MS + 1;
  assert.ok(!watch.isOver('relay', { holder: 'old', until: 2_000 }));
  time.now += LENGTH_MS + 1;
  assert.ok(watch.isOver('relay', { holder: 'old', until: 2_000 }));
});

test('a lease that was given back is seen anew when it comes again', () => {
  const { time, watch } = aWatch();
  const lease = { holder: 'one', beat: 1 };
  watch.isOver('job', lease);
  watch.keepOnly([], time.now + 1);
  time.now += LENGTH_MS + 1;
  assert.ok(!watch.isOver('job', lease));
});

test('a lease that came after it was asked which are held is not forgotten for that', () => {
  const { time, watch } = aWatch();
  const lease = { holder: 'one', beat: 1 };
  const readAt = time.now;
  watch.isOver('job', lease);
  watch.keepOnly([], readAt);
  time.now += LENGTH_MS + 1;
  assert.ok(watch.isOver('job', lease));
});

test('a lease that ends later than it can is not believed to be held', () => {
  assert.ok(isLikelyHeld(61_000 + LENGTH_MS, 1_000, LENGTH_MS), 'its holder may be on another machine');
  assert.ok(!isLikelyHeld(61_001 + LENGTH_MS, 1_000, LENGTH_MS));
  assert.ok(!isLikelyHeld(999, 1_000, LENGTH_MS));
  assert.ok(!isLikelyHeld(undefined, 1_000, LENGTH_MS));
});
