import assert from 'node:assert/strict';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { epochMs, instrumentId, type Quote } from '../../market/index.ts';
import { InvalidRequestError, type PocketQuantError } from '../../platform/errors/index.ts';
import { A_CHANGE } from '../../../test/support/a-change.ts';
import type { Change } from '../../chunk/index.ts';
import { EventTexts } from './event-texts.ts';
import { createHub, type Hub } from './hub.ts';
import type { Transport } from './stream-client.ts';
import type { StreamedJob, StreamEvent } from './stream-event.ts';

/** Values as they are: what they look like in JSON is no matter here. */
const texts = new EventTexts({
  bar: (bar) => bar,
  openBar: (bar) => bar,
  change: (change) => change,
  quote: (quote) => quote,
  job: (job) => job,
});

/** A connection that takes what it is told to take. */
class FakeTransport implements Transport {
  readonly sent: StreamEvent[] = [];
  isBlocked = false;
  isDead = false;
  readonly closings: (PocketQuantError | undefined)[] = [];

  send(event: StreamEvent): void {
    this.sent.push(event);
  }
  isFull(): boolean {
    return this.isBlocked;
  }
  isAlive(): boolean {
    return !this.isDead;
  }
  close(error?: PocketQuantError): void {
    this.closings.push(error);
  }
  get heard(): Record<string, unknown>[] {
    return this.sent.map((event) => JSON.parse(texts.textOf(event)) as Record<string, unknown>);
  }
  typesOf(): string[] {
    return this.sent.map(({ type }) => type);
  }
}

interface Rig {
  readonly hub: Hub;
  readonly feed: Change[];
  readonly jobs: StreamedJob[];
  readonly errors: unknown[];
  reads: number;
  /** Changes up to this seq are no longer kept. */
  forgottenTo: number;
  /** What readings from the beginning of the feed wait for. */
  gate: PromiseWithResolvers<void> | undefined;
  /** Thrown at the next reading of the feed. */
  failure: Error | undefined;
  change(series: string, bars: number): void;
  /** Lets time pass, and what it causes be done. */
  pass(ms: number): Promise<void>;
}

function aRig(t: TestContext, { mostClients = 10 } = {}): Rig {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const feed: Change[] = [];
  const jobs: StreamedJob[] = [];
  const errors: unknown[] = [];
  const hub = createHub({
    mostClients,
    storedAs: (id) => Promise.resolve(id),
    clock: () => 5_000,
    onError: (error) => errors.push(error),
    jobs: {
      latest: () => Promise.resolve([...jobs]),
      one: (id) => Promise.resolve(aJob(id, 'completed')),
      textOf: (job) => JSON.stringify(job),
    },
    changes: {
      newestSeq: () => Promise.resolve(feed.length),
      async changesAfter(seq, limit) {
        rig.reads++;
        if (seq === 0) await rig.gate?.promise;
        const { failure } = rig;
        rig.failure = undefined;
        if (failure !== undefined) throw failure;
        if (seq < rig.forgottenTo) throw new InvalidRequestError('CHANGES_EXPIRED', 'Changes are no longer kept');
        return feed.slice(seq, seq + limit);
      },
      barsOf: ({ inserted }, limit) => Promise.resolve(Array.from({ length: Math.min(inserted, limit) }, () => BAR)),
    },
  });
  const rig: Rig = {
    hub,
    feed,
    jobs,
    errors,
    reads: 0,
    forgottenTo: 0,
    gate: undefined,
    failure: undefined,
    change(series, bars) {
      feed.push({ ...CHANGE, seq: feed.length + 1, series, inserted: bars });
      hub.wake();
    },
    async pass(ms) {
      for (let passed = 0; passed < ms; passed += 5) {
        t.mock.timers.tick(5);
        await nextTurn();
      }
    },
  };
  return rig;
}

const BAR = { openTime: epochMs(60_000), open: 1, high: 1, low: 1, close: 1, state: 'final' } as const;
const CHANGE: Change = { ...A_CHANGE, seq: 0 };
const aJob = (id: string, state: string): StreamedJob & { state: string } => ({ id, state });
const aQuote = (symbol: string, last: number): Quote => ({
  instrumentId: instrumentId(`A:${symbol}`),
  last,
  receivedAt: 1,
});
const topicsOf = (count: number): string[] => Array.from({ length: count }, (_, place) => `quotes:A:S${place}`);

test('nobody reads the change feed while nobody wants it', async (t) => {
  const rig = aRig(t);
  const client = rig.hub.join(new FakeTransport());
  await client.subscribe(['quotes:A:X', 'jobs']);
  rig.change('A:B/1m', 1);
  await rig.pass(1_000);
  assert.equal(rig.reads, 0);
  await client.subscribe(['changes']);
  await rig.pass(1_000);
  const { reads } = rig;
  assert.ok(reads > 2);
  await client.unsubscribe(['changes']);
  await rig.pass(1_000);
  assert.equal(rig.reads, reads);
});

test('a change is read once for all, however many listen', async (t) => {
  const rig = aRig(t, { mostClients: 100 });
  const transports = Array.from({ length: 100 }, () => new FakeTransport());
  for (const transport of transports) await rig.hub.join(transport).subscribe(['changes', 'bars:A:B/1m']);
  const { reads } = rig;
  rig.change('A:B/1m', 2);
  await rig.pass(20);
  assert.equal(rig.reads - reads, 1);
  for (const transport of transports)
    assert.deepEqual(
      transport.heard.map(({ type, seq, more }) => [type, seq, more]),
      [
        ['subscribed', 0, undefined],
        ['bar', 1, true],
        ['bar', 1, true],
        ['change', 1, undefined],
      ],
    );
});

test('a client that takes its time is waited for, and hears everything in order', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  const client = rig.hub.join(transport);
  await client.subscribe(['changes', 'bars:A:B/1m']);
  await rig.pass(20);
  transport.isBlocked = true;
  for (let round = 0; round < 30; round++) rig.change('A:B/1m', 900);
  for (let round = 0; round < 60; round++) {
    await rig.pass(1_000);
    transport.isBlocked = false;
    client.flush();
    transport.isBlocked = round < 50;
  }
  assert.equal(transport.closings.length, 0);
  const seqs = transport.heard.filter(({ type }) => type === 'bar').map(({ seq }) => seq);
  assert.deepEqual(
    seqs,
    Array.from({ length: 30 * 900 }, (_, place) => 1 + Math.floor(place / 900)),
  );
});

test('a client that takes nothing for five seconds while the feed waits is slow', async (t) => {
  const rig = aRig(t);
  const [stuck, idle, quick] = [new FakeTransport(), new FakeTransport(), new FakeTransport()];
  for (const transport of [stuck, idle, quick]) await rig.hub.join(transport).subscribe(['bars:A:B/1m']);
  await rig.pass(20);
  stuck.isBlocked = true;
  idle.isBlocked = true;
  rig.change('A:B/1m', 400);
  await rig.pass(10_000);
  assert.equal(stuck.closings.length, 0, 'what waits has its place in the queue');
  idle.isBlocked = false;
  rig.change('A:B/1m', 400);
  await rig.pass(4_900);
  assert.equal(stuck.closings.length, 0);
  await rig.pass(300);
  assert.deepEqual(
    stuck.closings.map((error) => [error?.code, error?.closeCode]),
    [['SLOW_CLIENT', 1013]],
  );
  assert.deepEqual([quick.closings, quick.typesOf().filter((type) => type === 'bar').length], [[], 800]);
});

test('more than 1,000 latest values that wait are too many, 1,000 are not', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  await rig.hub.join(transport).subscribe(topicsOf(1_001));
  await rig.pass(20);
  transport.isBlocked = true;
  for (let round = 0; round < 3; round++)
    for (let place = 0; place < 1_000; place++) rig.hub.publishQuote(aQuote(`S${place}`, round));
  assert.equal(transport.closings.length, 0);
  rig.hub.publishQuote(aQuote('S1000', 1));
  assert.equal(transport.closings[0]?.code, 'SLOW_CLIENT');
  assert.equal(rig.hub.wants('quotes:A:S1'), false);
});

test('a burst of more values than the queue holds is no fault of a client that takes them', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  await rig.hub.join(transport).subscribe(topicsOf(1_500));
  for (let place = 0; place < 1_500; place++) rig.hub.publishQuote(aQuote(`S${place}`, 1));
  await rig.pass(20);
  assert.equal(transport.typesOf().filter((type) => type === 'quote').length, 1_500);
});

test('changes that come while a client subscribes follow the acknowledgement, once', async (t) => {
  const rig = aRig(t);
  rig.change('A:B/1m', 1);
  const other = rig.hub.join(new FakeTransport());
  await other.subscribe(['changes']); // so that the feed is followed from here on
  const transport = new FakeTransport();
  const client = rig.hub.join(transport);
  rig.gate = Promise.withResolvers();
  const subscribing = client.subscribe(['changes'], 0); // waits for the database
  rig.change('A:B/1m', 1);
  await rig.pass(20);
  assert.deepEqual(transport.heard, []);
  rig.gate.resolve();
  await rig.pass(20);
  await subscribing;
  await client.subscribe(['bars:A:B/1m']);
  rig.change('A:B/1m', 1);
  await rig.pass(20);
  assert.deepEqual(
    transport.heard.map(({ type, seq }) => [type, seq]),
    [
      ['subscribed', 0],
      ['change', 1],
      ['change', 2],
      ['subscribed', 2],
      ['bar', 3],
      ['change', 3],
    ],
  );
});

test('reading that fails is tried again, and nothing is lost by it', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  await rig.hub.join(transport).subscribe(['changes']);
  rig.failure = new Error('The database went away');
  rig.change('A:B/1m', 1);
  await rig.pass(300);
  assert.equal(rig.errors.length, 1);
  assert.deepEqual(transport.typesOf(), ['subscribed', 'change']);
});

test('a place that expired is told by topic, and the rest of the subscriptions stays', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  const client = rig.hub.join(transport);
  await client.subscribe(['changes', 'quotes:A:X']);
  rig.forgottenTo = 2;
  for (let place = 0; place < 3; place++) rig.change('A:B/1m', 1);
  await rig.pass(50);
  rig.hub.publishQuote(aQuote('X', 1));
  await client.subscribe(['changes']);
  rig.change('A:B/1m', 1);
  await rig.pass(50);
  assert.deepEqual(
    transport.heard.map(({ type, code, topic, seq }) => [type, code ?? topic, seq]),
    [
      ['subscribed', undefined, 0],
      ['error', 'CHANGES_EXPIRED', undefined],
      ['quote', 'quotes:A:X', undefined],
      ['subscribed', undefined, 3],
      ['change', 'changes', 4],
    ],
  );
  await assert.rejects(client.subscribe(['bars:A:B/1m'], 1), { code: 'CHANGES_EXPIRED' });
  await assert.rejects(client.subscribe(['bars:A:B/1m'], 5), { code: 'INVALID_REQUEST' });
});

test('heartbeats come each 15 seconds; who answers none is closed', async (t) => {
  const rig = aRig(t);
  const [alive, dead] = [new FakeTransport(), new FakeTransport()];
  rig.hub.join(alive);
  rig.hub.join(dead);
  await rig.pass(15_100);
  assert.deepEqual(alive.heard, [{ type: 'heartbeat', time: '1970-01-01T00:00:05Z' }]);
  dead.isDead = true;
  await rig.pass(15_100);
  assert.equal(dead.closings[0]?.code, 'SLOW_CLIENT');
  assert.equal(alive.closings.length, 0);
});

test('a job is told when it changes, also one that ended among many others', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  rig.jobs.push(aJob('old', 'running'));
  await rig.hub.join(transport).subscribe(['jobs']);
  await rig.pass(1_100);
  assert.deepEqual(transport.typesOf(), ['subscribed'], 'as they stood is no news');
  rig.jobs.splice(0, 1, aJob('new', 'waiting'));
  await rig.pass(1_100);
  assert.deepEqual(
    transport.heard.slice(1).map(({ job }) => job),
    [aJob('new', 'waiting'), aJob('old', 'completed')],
  );
});

test('closing sends everybody away without blame', async (t) => {
  const rig = aRig(t);
  const transport = new FakeTransport();
  await rig.hub.join(transport).subscribe(['changes']);
  rig.hub.close();
  assert.deepEqual(transport.closings, [undefined]);
});
