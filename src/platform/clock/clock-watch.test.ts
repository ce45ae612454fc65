import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { watchClock, type ClockState } from './index.ts';

function aClock(t: TestContext) {
  const time = { now: 500, setBy: 1_000_000 };
  const heard: unknown[] = [];
  const watch = watchClock({
    clock: () => time.now + time.setBy,
    elapsed: () => time.now,
    onJump: (jump) => heard.push(jump),
  });
  t.after(() => watch.stop());
  function after(passedMs: number, setBy: number): ClockState {
    time.now += passedMs;
    time.setBy += setBy;
    watch.look();
    return watch.state();
  }
  return { after, heard };
}

test('a clock that is set ahead or back is noticed once each time, with how far', (t) => {
  const { after, heard } = aClock(t);
  assert.deepEqual(after(60_000, 0), { jumps: 0, lastJump: undefined }, 'time passes');
  const back = { at: 1_060_500 + 1_000 - 3_600_000, byMs: -3_600_000 };
  assert.deepEqual(after(1_000, -3_600_000), { jumps: 1, lastJump: back });
  assert.equal(after(1_000, 0).jumps, 1);
  const ahead = { at: back.at + 2_000 + 86_400_000, byMs: 86_400_000 };
  assert.deepEqual(after(1_000, 86_400_000), { jumps: 2, lastJump: ahead });
  assert.deepEqual(heard, [back, ahead]);
});

test('a clock that is drawn along slowly does not jump, however far it goes', (t) => {
  const { after } = aClock(t);
  for (let i = 0; i < 100; i++) after(1_000, 500);
  assert.equal(after(1_000, 0).jumps, 0);
});
