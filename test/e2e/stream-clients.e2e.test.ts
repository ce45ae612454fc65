import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { test, type TestContext } from 'node:test';
import { instrumentId, type Quote } from '../../src/market/index.ts';
import { aStreamServer, type StreamServer } from '../support/a-stream-server.ts';
import { StreamListener } from '../support/stream-listener.ts';

async function aListener(t: TestContext, { url }: StreamServer): Promise<StreamListener> {
  const listener = await StreamListener.connect(url);
  t.after(() => listener.close());
  return listener;
}

const aQuote = (symbol: string, last: number): Quote => ({
  instrumentId: instrumentId(`A:${symbol}`),
  last,
  receivedAt: 1_000,
});
const OPEN_BAR = {
  interval: '1m',
  openTime: 60_000,
  open: 1,
  high: 2,
  low: 1,
  close: 2,
  volume: 3,
  isPartial: false,
} as const;
const range = (count: number): number[] => Array.from({ length: count }, (_, place) => place);

test('quotes and open bars arrive where they are wanted, the latest of each', async (t) => {
  const server = await aStreamServer(t);
  const { hub } = server;
  const [one, other] = [await aListener(t, server), await aListener(t, server)];
  assert.equal(hub.wants('quotes:A:X'), false);
  await one.subscribe(['quotes:A:X', 'bars:A:X/1m']);
  await other.subscribe(['quotes:A:Y']);
  assert.deepEqual([hub.wants('quotes:A:X'), hub.wants('quotes:A:Z')], [true, false]);
  for (const last of range(100)) hub.publishQuote(aQuote('X', last));
  hub.publishOpenBar(instrumentId('A:X'), OPEN_BAR);
  hub.publishQuote(aQuote('Y', 7));
  await other.next(({ type }) => type === 'quote');
  const bar = await one.next(({ type }) => type === 'bar');
  assert.deepEqual(bar, {
    type: 'bar',
    topic: 'bars:A:X/1m',
    seq: null,
    bar: {
      openTime: '1970-01-01T00:01:00Z',
      open: 1,
      high: 2,
      low: 1,
      close: 2,
      volume: 3,
      state: 'open',
      isPartial: false,
    },
  });
  const quotes = one.heard.filter(({ type }) => type === 'quote');
  assert.deepEqual(
    quotes.map(({ topic, quote }) => [topic, quote?.last]),
    [['quotes:A:X', 99]],
    'what was replaced in the same turn is not sent',
  );
});

test('fifty clients hear the same, and leave nothing behind', async (t) => {
  const server = await aStreamServer(t);
  const listeners = await Promise.all(range(50).map(() => aListener(t, server)));
  await Promise.all(listeners.map((listener) => listener.subscribe(['quotes:A:X'])));
  for (const last of range(20)) {
    server.hub.publishQuote(aQuote('X', last));
    await Promise.all(listeners.map((listener) => listener.next(({ quote }) => quote?.last === last)));
  }
  for (const listener of listeners) listener.close();
  for (let waits = 0; server.hub.wants('quotes:A:X') && waits < 500; waits++) await delay(10);
  assert.equal(server.hub.wants('quotes:A:X'), false);
});

test('a client that does not read is closed with a code of its own, while others go on', async (t) => {
  const server = await aStreamServer(t);
  const [slow, quick] = [await aListener(t, server), await aListener(t, server)];
  const symbols = range(1_200).map((place) => `S${place}`);
  const topics = symbols.map((symbol) => `quotes:A:${symbol}`);
  await slow.subscribe(topics);
  await quick.subscribe([topics[0]]);
  slow.socket.pause();
  let rounds = 0;
  // The system's own buffers take some megabytes first.
  for (; server.hub.wants(topics[1]) && rounds < 2_000; rounds++) {
    for (const symbol of symbols) server.hub.publishQuote(aQuote(symbol, rounds));
    await delay(6);
  }
  assert.equal(server.hub.wants(topics[1]), false, 'it was sent away');
  server.hub.publishQuote(aQuote(symbols[0], -1));
  await quick.next(({ quote }) => quote?.last === -1);
  slow.socket.resume();
  assert.deepEqual(await slow.closed(), [1013, 'SLOW_CLIENT']);
});

test('a message of more than 64 KiB closes with 1009, a flood of them with 4400', async (t) => {
  const server = await aStreamServer(t);
  const [large, many, heavy] = [await aListener(t, server), await aListener(t, server), await aListener(t, server)];
  large.send('x'.repeat(65_537));
  assert.equal((await large.closed())[0], 1009);
  for (const _ of range(1_001)) many.send({ action: 'unsubscribe', topics: ['jobs'] });
  assert.deepEqual(await many.closed(), [4400, 'TOO_MANY_MESSAGES']);
  for (const _ of range(17)) heavy.send('x'.repeat(65_000));
  assert.deepEqual(await heavy.closed(), [4400, 'TOO_MANY_MESSAGES']);
});

test('one client more than are allowed is sent away: 1013 and 503', async (t) => {
  const server = await aStreamServer(t, { streamClients: 1 });
  await (await aListener(t, server)).subscribe(['jobs']);
  const second = await aListener(t, server);
  assert.deepEqual(await second.closed(), [1013, 'TOO_MANY_CLIENTS']);
  const answer = await fetch(`${server.url}/stream/sse?topics=jobs`);
  assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [503, 'TOO_MANY_CLIENTS']);
});

test('a request that is no upgrade is told so', async (t) => {
  const answer = await fetch(`${(await aStreamServer(t)).url}/stream`);
  assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [426, 'UPGRADE_REQUIRED']);
});

test(
  'when the server ends, its clients are told 1001 and it does not wait for them',
  { timeout: 20_000 },
  async (t) => {
    const server = await aStreamServer(t);
    const [listener, deaf] = [await aListener(t, server), await aListener(t, server)];
    await listener.subscribe(['changes']);
    deaf.socket.pause();
    const events = await fetch(`${server.url}/stream/sse?topics=changes`);
    const startedAt = performance.now();
    const [closed] = await Promise.all([listener.closed(), server.close(), events.text()]);
    assert.equal(closed[0], 1001);
    assert.ok(performance.now() - startedAt < 5_000);
  },
);
