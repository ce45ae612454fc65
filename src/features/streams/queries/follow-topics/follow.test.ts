import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { A_CHANGE } from '../../../../../test/support/a-change.ts';
import { instrumentId } from '../../../../market/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { follow, type FollowInput } from './follow.ts';
import { createHub } from '../../hub.ts';
import type { FollowedEvent } from '../../stream-event.ts';

/** A feed of changes, of which those up to `forgottenTo` are no longer kept, and a hub that lets no client in by a door. */
function aRig(t: TestContext, count = 0) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const errors: unknown[] = [];
  const feed = Array.from({ length: count }, (_, place) => ({ ...A_CHANGE, seq: place + 1 }));
  const rig = { feed, errors, forgottenTo: 0, hub: aHub(), pass, heard, told: changeAdded };

  function aHub() {
    return createHub({
      mostClients: 0,
      storedAs: (id) => Promise.resolve(id),
      clock: () => 0,
      onError: (error) => errors.push(error),
      jobs: { latest: () => Promise.resolve([]), one: () => assert.fail(), textOf: ({ id }) => id },
      changes: {
        newestSeq: () => Promise.resolve(feed.length),
        async changesAfter(seq, limit) {
          await nextTurn();
          if (seq < rig.forgottenTo) throw new InvalidRequestError('CHANGES_EXPIRED', 'No longer kept');
          return feed.slice(seq, seq + limit);
        },
        barsOf: () => Promise.resolve([]),
      },
    });
  }

  function changeAdded(): void {
    feed.push({ ...A_CHANGE, seq: feed.length + 1 });
    rig.hub.wake();
  }

  /** Lets time pass, and what it causes be done. */
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 50) {
      t.mock.timers.tick(50);
      await nextTurn();
    }
  }

  /** What a loop hears while it is asked for the next event until `isEnough`. */
  async function heard(events: AsyncGenerator<FollowedEvent>, isEnough: (event: FollowedEvent) => boolean) {
    const all: FollowedEvent[] = [];
    for (;;) {
      const { done, value } = await inTime(events.next());
      if (done === true) return all;
      all.push(value);
      if (isEnough(value)) return all;
    }
  }

  /** Has time pass until it is settled. */
  async function inTime<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => void (isSettled = true);
    promise.then(settle, settle);
    while (!isSettled) await pass(50);
    return promise;
  }

  return { ...rig, inTime, forget: (seq: number) => (rig.forgottenTo = seq) };
}

const hasSeq = (seq: number) => (event: FollowedEvent) => event.type === 'change' && event.seq === seq;
const seqsOf = (events: readonly FollowedEvent[]) =>
  events.flatMap((event) => (event.type === 'change' ? event.seq : []));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, place) => from + place);

test('a loop that rests for minutes loses no change, and of a quote it hears the latest', async (t) => {
  const rig = aRig(t, 3_000);
  const events = follow(rig.hub, { topics: ['changes', 'quotes:A:X'], after: 0 });
  const first = await rig.heard(events, hasSeq(1));
  for (let last = 0; last < 100; last++) {
    rig.hub.publishQuote({ instrumentId: instrumentId('A:X'), last, receivedAt: 1 });
    await rig.pass(3_000);
  }
  const rest = await rig.heard(events, hasSeq(3_000));
  assert.deepEqual(seqsOf([...first, ...rest]), range(1, 3_000));
  assert.deepEqual(
    rest.flatMap((event) => (event.type === 'quote' ? event.quote.last : [])),
    [99],
  );
  assert.deepEqual(rig.errors, []);
});

test('a loop is told of two thousand latest values, though none was asked for while they came', async (t) => {
  const rig = aRig(t);
  const ids = range(1, 2_000).map((place) => instrumentId(`A:S${place}`));
  const events = follow(rig.hub, { topics: ids.map((id) => `quotes:${id}` as const) });
  await rig.heard(events, ({ type }) => type === 'subscribed');
  for (const id of ids) rig.hub.publishQuote({ instrumentId: id, last: 1, receivedAt: 1 });
  await rig.pass(20_000);
  const isLast = (event: FollowedEvent) => event.type === 'quote' && event.quote.instrumentId === ids.at(-1);
  assert.equal((await rig.heard(events, isLast)).length, 2_000);
});

test('loops that are left and resumed hear each change once, also of those that come meanwhile', async (t) => {
  const rig = aRig(t, 5);
  const seqs: (number | undefined)[] = [];
  let after = 0;
  for (let until = 1; until <= 40; until += 3) {
    const events = follow(rig.hub, { topics: ['changes'], after });
    rig.told();
    rig.told();
    rig.told();
    const heard = await rig.heard(events, hasSeq(until));
    await events.return();
    seqs.push(...seqsOf(heard));
    for (const event of heard) if ('seq' in event) after = event.seq ?? after;
  }
  assert.deepEqual(seqs, range(1, 40));
});

test('the first event says from where a loop that begins with what is new resumes', async (t) => {
  const rig = aRig(t, 7);
  const [first] = await rig.heard(follow(rig.hub, { topics: ['changes'] }), () => true);
  assert.deepEqual(first, { type: 'subscribed', topics: ['changes'], seq: 7 });
});

const waysToEnd: [string, (rig: ReturnType<typeof aRig>, events: AsyncGenerator, stop: AbortController) => void][] = [
  ['it is left', (_, events) => void events.return(undefined)],
  ['its signal is aborted', (_rig, _events, stop) => stop.abort()],
  ['the store is closed', ({ hub }) => hub.close()],
];
for (const [when, end] of waysToEnd)
  test(`a loop that waits ends when ${when}, and nothing is followed any more`, async (t) => {
    const rig = aRig(t);
    const stop = new AbortController();
    const events = follow(rig.hub, { topics: ['quotes:A:X', 'changes'], signal: stop.signal });
    await rig.heard(events, ({ type }) => type === 'subscribed');
    const next = events.next();
    end(rig, events, stop);
    assert.deepEqual(await next, { done: true, value: undefined });
    assert.equal(rig.hub.wants('quotes:A:X'), false);
  });

test('a loop that begins after the store was closed or its signal aborted hears nothing', async (t) => {
  const rig = aRig(t, 1);
  const input: FollowInput = { topics: ['changes'], after: 0 };
  const aborted = follow(rig.hub, { ...input, signal: AbortSignal.abort() });
  assert.deepEqual(await aborted.next(), { done: true, value: undefined });
  rig.hub.close();
  assert.deepEqual(await follow(rig.hub, input).next(), { done: true, value: undefined });
});

test('what cannot be followed is an error of the loop', async (t) => {
  const rig = aRig(t, 5);
  rig.forget(2);
  const next = (input: object): Promise<unknown> => rig.inTime(follow(rig.hub, input as FollowInput).next());
  for (const input of [{}, { topics: [] }, { topics: ['trades'] }, { topics: ['changes'], after: -1 }])
    await assert.rejects(next(input), { code: 'INVALID_REQUEST' });
  await assert.rejects(next({ topics: ['changes'], after: 6 }), { code: 'INVALID_REQUEST' });
  await assert.rejects(next({ topics: ['changes'], after: 1 }), { code: 'CHANGES_EXPIRED' });
  assert.equal(rig.hub.wants('changes'), false);
});

test('a loop so slow that the feed forgets what comes next ends with an error', async (t) => {
  const rig = aRig(t, 3_000);
  const events = follow(rig.hub, { topics: ['changes'], after: 0 });
  await rig.heard(events, hasSeq(10));
  rig.forget(2_500);
  await assert.rejects(rig.heard(events, hasSeq(3_000)), { code: 'CHANGES_EXPIRED' });
});
