import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  PocketQuantProblem,
  type Client,
  type Following,
  type StreamState,
  type StreamTopic,
} from '../../src/client/index.ts';
import { startServer } from '../../src/main/server.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { collect } from '../support/collect.ts';
import { aFolder } from '../support/open-test-database.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const TOPIC: StreamTopic = 'bars:COINBASE:BTCUSD/1m';

interface World {
  readonly client: Client;
  /** Stores a bar, whose close is its minute. */
  put(minute: number): Promise<void>;
  stop(): Promise<void>;
  /** At the same address, with the same data. */
  start(): Promise<void>;
}

async function aWorld(t: TestContext): Promise<World> {
  const databaseUrl = `file:${join(aFolder(t), 'follow.db')}`;
  const serve = (port: number) => startServer({ databaseUrl, port, logLevel: 'silent' });
  let server = await serve(0);
  t.after(() => server.close());
  const client = aPatientClient(server.url);
  return {
    client,
    async put(minute) {
      const openTime = new Date(Date.UTC(2020, 0, 1, 0, minute));
      const bar = { openTime, open: minute, high: minute, low: minute, close: minute };
      await client.upsertBars({ ...SERIES, provider: 'test', state: 'final', bars: [bar] });
    },
    stop: () => server.close(),
    async start() {
      server = await serve(Number(new URL(server.url).port));
    },
  };
}

/** The closes of the next bars that come. */
async function closes(following: Following, count: number): Promise<number[]> {
  const heard: number[] = [];
  while (heard.length < count) {
    const { done, value } = await following.next();
    assert.ok(done !== true, 'the stream goes on');
    if (value.type === 'bar') heard.push(value.bar.close);
  }
  return heard;
}

test('a stream outlasts a restart of the server: no change is lost and none comes twice', async (t) => {
  const { client, put, stop, start } = await aWorld(t);
  const states: StreamState[] = [];
  const following = client.follow({ topics: [TOPIC], after: 0, onState: (state) => states.push(state) });
  t.after(() => following.return());
  await put(1);
  await put(2);
  assert.deepEqual(await closes(following, 2), [1, 2]);
  assert.deepEqual(states, ['connecting', 'live']);
  const next = closes(following, 3);
  await stop();
  await start();
  for (const minute of [3, 4, 5]) await put(minute);
  assert.deepEqual(await next, [3, 4, 5]);
  assert.deepEqual(states, ['connecting', 'live', 'lost', 'live']);
});

test('topics are added and given up while the stream is read, each from its own place', async (t) => {
  const { client, put } = await aWorld(t);
  const following = client.follow({});
  t.after(() => following.return());
  await put(1);
  following.subscribe([TOPIC], 0);
  assert.deepEqual(await closes(following, 1), [1]);
  following.unsubscribe([TOPIC]);
  following.subscribe(['changes'], 0);
  await put(2);
  const kinds: string[] = [];
  for await (const event of following) {
    kinds.push(event.type === 'change' ? `change ${event.seq} ${event.change.series}` : event.type);
    if (kinds.length === 3) break;
  }
  assert.deepEqual(kinds, ['subscribed', 'change 1 COINBASE:BTCUSD/1m', 'change 2 COINBASE:BTCUSD/1m']);
});

test('a topic alone is followed from now on; jobs, quotes and open bars are told as the API answers them', async (t) => {
  const { client } = await aWorld(t);
  const { id } = await client.subscribe({ instrumentId: 'SIM:BTCUSD', intervals: ['1m'] });
  assert.equal(id, 'simulated:SIM:BTCUSD');
  await client.startFeed({ provider: 'simulated' });
  for await (const event of client.follow('quotes:SIM:BTCUSD'))
    if (event.type === 'quote') {
      assert.equal(event.quote.instrumentId, 'SIM:BTCUSD');
      break;
    }
  for await (const event of client.follow('bars:SIM:BTCUSD/1m'))
    if (event.type === 'openBar') {
      assert.equal(event.bar.state, 'open');
      break;
    }
  await client.stopFeed({ provider: 'simulated' });
  const following = client.follow('jobs');
  assert.equal((await following.next()).value?.type, 'subscribed');
  const job = await client.syncBars({
    instrumentId: 'SIM:BTCUSD',
    interval: '1d',
    from: '2024-01-01',
    to: '2024-02-01',
  });
  for await (const event of following)
    if (event.type === 'job' && event.job.endedAt !== null) {
      assert.equal(event.job.id, job.id);
      break;
    }
});

test('what cannot be followed ends the stream with its problem; an abort ends it without', async (t) => {
  const { client } = await aWorld(t);
  const endOf = (topic: string, after?: number) => collect(client.follow({ topics: [topic as StreamTopic], after }));
  await assert.rejects(endOf('everything'), (problem: PocketQuantProblem) => {
    assert.ok(problem instanceof PocketQuantProblem);
    assert.deepEqual([problem.code, problem.status], ['INVALID_REQUEST', 400]);
    return true;
  });
  await assert.rejects(endOf('changes', 7), { code: 'INVALID_REQUEST' });
  assert.deepEqual(await collect(client.follow({ topics: ['changes'], signal: AbortSignal.abort() })), []);
  const leaving = new AbortController();
  const events: string[] = [];
  for await (const { type } of client.follow({ topics: ['changes'], signal: leaving.signal })) {
    events.push(type);
    leaving.abort();
  }
  assert.deepEqual(events, ['subscribed']);
});

test('a server that is not there yet is lost until it is', async (t) => {
  const { client, put, stop, start } = await aWorld(t);
  await put(1);
  await stop();
  const { promise: isLost, resolve } = Promise.withResolvers<void>();
  const following = client.follow({ topics: [TOPIC], after: 0, onState: (state) => state === 'lost' && resolve() });
  t.after(() => following.return());
  const first = closes(following, 1);
  await isLost;
  await start();
  assert.deepEqual(await first, [1]);
});
