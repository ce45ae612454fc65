import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VendorClock } from './vendor-clock.ts';

const START = Date.UTC(2026, 0, 5, 12);
const HOUR = 3_600_000;

/** A vendor whose clock a test sets, and this machine's, which is right until a test sets it. */
function aWorld() {
  let passedMs = 0;
  const told: number[] = [];
  const world = { oursAheadMs: 0, vendorAheadMs: 0 };
  const ours = (): number => START + passedMs + world.oursAheadMs;
  const theirs = (): number => START + passedMs + world.vendorAheadMs;
  const clock = new VendorClock({ clock: ours, elapsed: () => passedMs + 0.3 });
  clock.whenSkewed((skewMs) => told.push(skewMs));
  const pass = (ms: number): void => void (passedMs += ms);

  /** As `Date` of an answer that took so long. */
  function answer(tookMs = 100): void {
    const tell = clock.ask();
    pass(tookMs / 2);
    const date = Math.floor(theirs() / 1_000) * 1_000;
    pass(tookMs / 2);
    tell(date);
  }

  /** What a stream tells ten times a second, each a little late. */
  function stream(how: 'sent' | 'happened', ms: number, lateMs: (index: number) => number = (i) => (i % 7) * 10): void {
    for (let i = 0; i < ms / 100; i++) {
      pass(100);
      clock[how](theirs() - lateMs(i));
    }
  }

  /** How far what is taken for the vendor's time is from it. */
  const error = (): number => clock.at(ours()) - theirs();
  return Object.assign(world, { clock, told, ours, pass, answer, stream, error });
}

test('before the vendor has told its time it is unknown, and ours is taken', () => {
  const { clock, ours } = aWorld();
  assert.deepEqual([clock.state, clock.skewMs, clock.at(ours())], ['unknown', undefined, START]);
});

for (const aheadMs of [90_000, -90_000, 2 * HOUR, 5_000, -5_000])
  test(`an answer tells that this machine is ${aheadMs} ms ahead, and the vendor's clock is taken`, () => {
    const world = aWorld();
    world.oursAheadMs = aheadMs;
    world.pass(777);
    world.answer();
    const { clock } = world;
    assert.equal(clock.state, 'skewed');
    assert.ok(Math.abs((clock.skewMs ?? 0) - aheadMs) < 1_100, `${clock.skewMs}`);
    assert.ok(world.error() <= 0 && world.error() > -1_200, `never ahead of the vendor's: ${world.error()}`);
    const latest = clock.latestAt(world.ours());
    assert.ok(latest >= world.ours() - aheadMs && latest <= world.ours() - aheadMs + 1_200, 'nor behind it');
    assert.ok(Number.isInteger(clock.at(world.ours())) && Number.isInteger(latest), 'whole milliseconds');
  });

test('clocks within two seconds are the same, however slow the answers', () => {
  for (const aheadMs of [-1_900, -500, 0, 500, 1_900])
    for (const tookMs of [10, 900, 20_000]) {
      const world = aWorld();
      world.oursAheadMs = aheadMs;
      world.answer(tookMs);
      assert.equal(world.clock.state, 'ok');
      assert.equal(world.clock.at(world.ours()), world.ours());
      assert.deepEqual(world.told, []);
    }
});

test('more answers tell it better', () => {
  const world = aWorld();
  world.oursAheadMs = 90_000;
  for (let i = 0; i < 20; i++) {
    world.answer(40);
    world.pass(333);
  }
  assert.ok(world.error() <= 0 && world.error() > -150, `${world.error()}`);
});

test('a feed that is delayed by fifteen minutes is no clock that is behind', () => {
  const world = aWorld();
  world.stream('happened', 60_000, () => 900_000);
  assert.deepEqual([world.clock.state, world.error()], ['unknown', 0]);
  world.answer();
  world.stream('happened', 60_000, () => 900_000);
  assert.deepEqual([world.clock.state, world.error()], ['ok', 0]);
});

test('events that lie ahead tell that we are behind, and nothing once they do not', () => {
  const world = aWorld();
  world.oursAheadMs = -90_000;
  world.stream('happened', 11_000);
  assert.equal(world.clock.state, 'skewed');
  assert.ok(world.error() <= 0 && world.error() > -100, `${world.error()}`);
  world.oursAheadMs = 0;
  assert.equal(world.clock.state, 'unknown', 'ours was set right');
  world.vendorAheadMs = -60_000;
  world.stream('happened', 11_000);
  assert.deepEqual([world.clock.state, world.clock.at(world.ours())], ['unknown', world.ours()]);
});

test('a wrong time of one event, and messages that are late at times, move nothing', () => {
  const world = aWorld();
  world.clock.happened(START + HOUR);
  world.pass(6_000);
  assert.deepEqual([world.clock.state, world.error()], ['unknown', 0]);
  world.answer();
  world.stream('happened', 20_000, (i) => (i === 3 ? -HOUR : 20));
  world.stream('sent', 20_000, (i) => (i % 40 === 3 ? 20 : 8_000));
  assert.deepEqual([world.clock.state, world.error(), world.told], ['ok', 0, []]);
});

test('sending times tell what moved within seconds, either way', () => {
  const world = aWorld();
  world.stream('sent', 6_000);
  assert.equal(world.clock.state, 'ok');
  for (const vendorAheadMs of [-90_000, 90_000, 0]) {
    world.vendorAheadMs = vendorAheadMs;
    world.stream('sent', 11_000);
    assert.ok(Math.abs(world.clock.at(world.ours()) - world.ours() - vendorAheadMs) < 1_100, `at ${vendorAheadMs}`);
    assert.equal(world.clock.state, vendorAheadMs === 0 ? 'ok' : 'skewed');
  }
});

test('a clock that drifts is followed', () => {
  const world = aWorld();
  for (let i = 0; i < 100; i++) {
    world.stream('sent', 1_000);
    world.oursAheadMs += 900;
    if (i < 10) continue;
    assert.ok(world.error() <= 2_000 && world.error() > -2_100, `${world.error()} after ${i} s`);
  }
  assert.ok(Math.abs((world.clock.skewMs ?? 0) - 90_000) < 1_100);
  for (let i = 0; i < 300; i++) {
    world.vendorAheadMs -= 150;
    world.stream('sent', 1_000);
    assert.ok(world.error() <= 2_500 && world.error() > -2_100, `${world.error()} after ${i} s`);
  }
});

test("this machine's clock may be set while all goes on: the vendor's is still known", () => {
  const world = aWorld();
  world.answer();
  for (const oursAheadMs of [90_000, -90_000, HOUR]) {
    world.oursAheadMs = oursAheadMs;
    assert.ok(world.error() <= 0 && world.error() > -1_200, `${world.error()}`);
    assert.equal(world.clock.state, 'skewed');
  }
  world.oursAheadMs = 0;
  assert.deepEqual([world.clock.state, world.error()], ['ok', 0]);
});

test('that it begins is told once, and again only after they agreed', () => {
  const world = aWorld();
  const answers = (oursAheadMs: number): void => {
    world.oursAheadMs = oursAheadMs;
    for (let i = 0; i < 10; i++) {
      world.answer();
      world.pass(7_300);
    }
  };
  answers(90_000);
  answers(-90_000);
  assert.equal(world.told.length, 1);
  assert.ok(Math.abs(world.told[0] - 90_000) < 1_100);
  answers(0);
  answers(-90_000);
  assert.deepEqual(world.told.length, 2);
});
