import assert from 'node:assert/strict';
import { test } from 'node:test';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { MAX_WAITING, RequestLimiter, type RequestLimits, type Wanted } from './request-limiter.ts';

const LIMITS = { windowMs: 1_000, requests: 2, concurrent: 10 };

function aLimiter(limits: RequestLimits = LIMITS) {
  const clock = manualClock();
  const limiter = new RequestLimiter('vendor', limits, clock.now, clock.timer);
  const log: string[] = [];
  const enter = (name: string, wanted: Partial<Wanted> = {}) =>
    limiter
      .enter({ weight: 1, priority: 'backfill', deadline: 1e9, signal: new AbortController().signal, ...wanted })
      .then((leave) => (log.push(name), leave));
  return { clock, limiter, log, enter };
}

/** Lets promises settle. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('no span of the window holds more requests than are allowed', async () => {
  const { clock, log, enter } = aLimiter();
  for (const name of ['a', 'b', 'c', 'd']) void enter(name);
  await settled();
  assert.deepEqual(log, ['a', 'b']);
  clock.pass(999);
  await settled();
  assert.equal(log.length, 2);
  clock.pass(1);
  await settled();
  assert.deepEqual(log, ['a', 'b', 'c', 'd']);
});

test('weights add up, and a heavy request waits until enough of them is over', async () => {
  const { clock, log, enter } = aLimiter({ ...LIMITS, requests: 100, weight: 10 });
  void enter('six', { weight: 6 });
  clock.pass(500);
  void enter('three', { weight: 3 });
  void enter('nine', { weight: 9 });
  clock.pass(999);
  await settled();
  assert.deepEqual(log, ['six', 'three'], 'three are still in the window');
  clock.pass(1);
  await settled();
  assert.deepEqual(log, ['six', 'three', 'nine']);
  await assert.rejects(enter('eleven', { weight: 11 }), RangeError);
});

test('fresh goes before backfill, and among equals who came first', async () => {
  const { clock, log, enter } = aLimiter({ ...LIMITS, requests: 1 });
  void enter('first');
  void enter('old 1');
  void enter('old 2');
  void enter('new', { priority: 'fresh' });
  clock.pass(3_000);
  await settled();
  assert.deepEqual(log, ['first', 'new', 'old 1', 'old 2']);
});

test('a pause holds all, and refuses at once who cannot wait that long', async () => {
  const { clock, limiter, log, enter } = aLimiter();
  limiter.pause(5_000);
  const hasty = enter('hasty', { deadline: 4_000 });
  void enter('patient');
  await assert.rejects(hasty, { code: 'PROVIDER_RATE_LIMITED', retryAfterSeconds: 5 });
  assert.deepEqual([limiter.queued, limiter.pausedUntil], [1, 5_000]);
  clock.pass(5_000);
  await settled();
  assert.deepEqual([log, limiter.queued, limiter.pausedUntil], [['patient'], 0, undefined]);
});

test('the room of the window is told, by requests and by weight', async () => {
  const { clock, limiter, enter } = aLimiter({ windowMs: 1_000, requests: 4, weight: 10, concurrent: 9 });
  assert.deepEqual(limiter.room, { windowMs: 1_000, most: 4, left: 4 });
  await enter('light');
  assert.equal(limiter.room.left, 3);
  clock.pass(600);
  await enter('heavy', { weight: 8 });
  assert.equal(limiter.room.left, 1, 'a weight of 1 is left');
  clock.pass(400);
  assert.equal(limiter.room.left, 2, 'the light one is out of the window');
});

test('who waits for others to end is refused at its deadline', async () => {
  const { clock, log, enter } = aLimiter({ ...LIMITS, concurrent: 1 });
  const leave = await enter('a');
  const late = enter('late', { deadline: 700 });
  const patient = enter('patient');
  clock.pass(700);
  await assert.rejects(late, { code: 'PROVIDER_RATE_LIMITED' });
  leave();
  await patient;
  assert.deepEqual(log, ['a', 'patient']);
});

test('a full queue refuses its oldest backfill', async () => {
  const { clock, limiter, log, enter } = aLimiter({ ...LIMITS, requests: 1 });
  void enter('first');
  const oldest = enter('oldest');
  for (let i = 1; i < MAX_WAITING; i++) void enter('other').catch(() => undefined);
  assert.equal(limiter.queued, MAX_WAITING);
  void enter('fresh', { priority: 'fresh' });
  await assert.rejects(oldest, { code: 'PROVIDER_RATE_LIMITED' });
  assert.equal(limiter.queued, MAX_WAITING);
  clock.pass(1_000);
  await settled();
  assert.deepEqual(log, ['first', 'fresh']);
});

test('a waiter whose signal ends it leaves its place to the next', async () => {
  const { clock, limiter, log, enter } = aLimiter({ ...LIMITS, requests: 1 });
  void enter('first');
  const controller = new AbortController();
  const called = enter('called off', { signal: controller.signal });
  void enter('next');
  controller.abort(new Error('enough'));
  await assert.rejects(called, /enough/);
  assert.equal(limiter.queued, 1);
  clock.pass(1_000);
  await settled();
  assert.deepEqual(log, ['first', 'next']);
});
