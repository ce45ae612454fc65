import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';
import { StreamListener, type HeardMessage } from '../support/stream-listener.ts';

interface Api {
  readonly url: string;
  put(series: string, minutes: readonly number[], price: number): Promise<void>;
  listener(): Promise<StreamListener>;
}

async function anApi(t: TestContext, folder = aFolder(t)): Promise<Api> {
  const databaseUrl = `file:${join(folder, 'streams.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const url = `${server.url}/api/v1`;
  return {
    url,
    async put(series, minutes, price) {
      const [id, interval] = series.split('/');
      const bars = minutes.map((minute) => aBar(minute, price));
      const response = await fetch(`${url}/bars/${id}?interval=${interval}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ provider: 'test', state: 'final', bars }),
      });
      assert.equal(response.status, 200);
    },
    async listener() {
      const listener = await StreamListener.connect(url);
      t.after(() => listener.close());
      return listener;
    },
  };
}

const START = Date.parse('2020-01-01T00:00:00Z');
const isoOf = (minute: number): string => `${new Date(START + minute * 60_000).toISOString().slice(0, -5)}Z`;
const aBar = (minute: number, price: number) => ({
  openTime: isoOf(minute),
  open: price,
  high: price,
  low: price,
  close: price,
});
const range = (count: number): number[] => Array.from({ length: count }, (_, place) => place);
const seqsOf = (heard: readonly HeardMessage[], topic: string): number[] =>
  heard.filter((message) => message.topic === topic).map(({ seq }) => seq ?? 0);

test('a bar that is put arrives, its correction too, and the change beside it', async (t) => {
  const api = await anApi(t);
  await api.put('A:OTHER/1m', [0], 1);
  const listener = await api.listener();
  await listener.subscribe(['bars:A:B/1m', 'changes']);
  await api.put('A:B/1m', [0, 1], 10);
  await listener.next(({ type, series }) => type === 'change' && series === 'A:B/1m');
  const place = listener.heard.length;
  await api.put('A:OTHER/1m', [1], 1);
  await api.put('A:B/1m', [1], 11);
  const correction = await listener.next(({ type, series }) => type === 'change' && series === 'A:B/1m', place);
  assert.deepEqual([correction.inserted, correction.changed], [0, 1]);
  const bars = listener.heard.filter(({ type }) => type === 'bar');
  const before = { ...aBar(0, 10), volume: null, state: 'final' };
  const [first, second, corrected] = bars;
  const { seq } = correction;
  assert.deepEqual(first, { type: 'bar', topic: 'bars:A:B/1m', seq: first.seq, more: true, bar: before });
  assert.deepEqual([second.seq, second.bar?.openTime, second.bar?.close], [first.seq, isoOf(1), 10]);
  assert.deepEqual([corrected.seq, corrected.bar?.openTime, corrected.bar?.close], [seq, isoOf(1), 11]);
  assert.equal(bars.length, 3, 'nothing of the other series');
});

test('what another process writes arrives as well', async (t) => {
  const folder = aFolder(t);
  const [here, there] = [await anApi(t, folder), await anApi(t, folder)];
  const listener = await here.listener();
  await listener.subscribe(['bars:A:B/1m']);
  for (const price of range(5)) {
    await there.put('A:B/1m', [price], price);
    await listener.next(({ bar }) => bar?.close === price);
  }
  assert.deepEqual(seqsOf(listener.heard, 'bars:A:B/1m'), [1, 2, 3, 4, 5]);
});

test('topics are left, and what cannot be understood is told without closing', async (t) => {
  const api = await anApi(t);
  const listener = await api.listener();
  await listener.subscribe(['bars:A:B/1m']);
  const wrongs: readonly [unknown, string, RegExp][] = [
    ['{bad', 'INVALID_JSON', /not JSON/],
    [{ action: 'subscribe', topics: ['bars:A/1m'] }, 'INVALID_REQUEST', /topics/],
    [{ action: 'subscribe', topics: ['bars:A:B/7m'] }, 'INVALID_REQUEST', /topics/],
    [{ action: 'subscribe', topics: [] }, 'INVALID_REQUEST', /topics/],
    [{ action: 'dance' }, 'INVALID_REQUEST', /./],
    [{ action: 'subscribe', topics: ['changes'], after: -1 }, 'INVALID_REQUEST', /after/],
    [{ action: 'subscribe', topics: ['changes'], after: 99 }, 'INVALID_REQUEST', /newest change is 0/],
  ];
  for (const [message, code, detail] of wrongs) {
    const place = listener.heard.length;
    listener.send(message);
    const told = await listener.next(({ type }) => type === 'error', place);
    assert.equal(told.code, code, JSON.stringify(message));
    assert.match(String(told.detail), detail);
  }
  listener.send({ action: 'unsubscribe', topics: ['bars:A:B/1m'] });
  await listener.next(({ type }) => type === 'unsubscribed');
  const { seq } = await listener.subscribe(['changes']);
  assert.equal(seq, 0);
  await api.put('A:B/1m', [0], 1);
  await listener.next(({ type }) => type === 'change');
  assert.equal(listener.heard.filter(({ type }) => type === 'bar').length, 0);
});

test('who resumes hears everything once, however often the connection breaks while others write', async (t) => {
  const api = await anApi(t);
  const pauses = fc.array(fc.record({ heard: fc.integer({ min: 1, max: 12 }), away: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  });
  let round = 0;
  await fc.assert(
    fc.asyncProperty(pauses, fc.integer({ min: 5, max: 30 }), async (breaks, writes) => {
      const series = `A:R${round++}/1m`;
      let listener = await api.listener();
      let after = (await listener.subscribe(['changes', `bars:${series}`])).seq ?? 0;
      const begin = after;
      const writing = (async () => {
        for (const write of range(writes)) await api.put(series, range(1 + (write % 3)), write);
      })();
      const kept: HeardMessage[] = [];
      const collect = (messages: readonly HeardMessage[]): void => {
        const whole = messages.findLastIndex(({ seq, more }) => typeof seq === 'number' && more !== true);
        kept.push(...messages.slice(0, whole + 1).filter(({ type }) => type === 'change' || type === 'bar'));
        after = kept.at(-1)?.seq ?? after;
      };
      for (const { heard, away } of breaks) {
        if (after + heard > begin + writes) break;
        await listener.next(({ seq }) => (seq ?? 0) >= after + heard);
        listener.close();
        collect(listener.heard);
        if (away) await writing;
        listener = await api.listener();
        await listener.subscribe(['changes', `bars:${series}`], after);
      }
      await writing;
      if (after < begin + writes) await listener.next(({ type, seq }) => type === 'change' && seq === begin + writes);
      collect(listener.heard);
      listener.close();
      assert.deepEqual(
        seqsOf(kept, 'changes'),
        range(writes).map((place) => begin + 1 + place),
      );
      const barSeqs = seqsOf(kept, `bars:${series}`);
      const expected = range(writes).flatMap((write) => range(1 + (write % 3)).map(() => begin + 1 + write));
      assert.deepEqual(barSeqs, expected);
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

test('a seq that is no longer kept is told, and the connection goes on', { timeout: 60_000 }, async (t) => {
  const databaseUrl = `file:${join(aFolder(t), 'expired.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent', changesKept: 1_000 });
  t.after(() => server.close());
  const url = `${server.url}/api/v1`;
  // 2,100 days of one bar each are 2,100 changes.
  const bars = range(2_100).map((day) => ({
    ...aBar(0, 1),
    openTime: new Date(START - day * 86_400_000).toISOString(),
  }));
  const response = await fetch(`${url}/bars/A:B?interval=1m`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'test', state: 'final', bars }),
  });
  assert.equal(response.status, 200);
  const listener = await StreamListener.connect(url);
  t.after(() => listener.close());
  for (let code: string | undefined; code !== 'CHANGES_EXPIRED';) {
    const place = listener.heard.length;
    listener.send({ action: 'subscribe', topics: ['changes'], after: 1 });
    const answer = await listener.next(({ type }) => type === 'error' || type === 'subscribed', place);
    ({ code } = answer);
    if (answer.type === 'subscribed') {
      listener.send({ action: 'unsubscribe', topics: ['changes'] });
      await listener.next(({ type }) => type === 'unsubscribed', place);
    }
  }
  assert.equal((await listener.subscribe(['jobs'])).seq, null);
  const answer = await fetch(`${url}/stream/sse?topics=changes&after=1`);
  assert.deepEqual([answer.status, ((await answer.json()) as { code: string }).code], [410, 'CHANGES_EXPIRED']);
});

interface HeardEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: HeardMessage;
}

/** Reads server-sent events, as many as are asked for, then goes away. */
async function listenToEvents(url: string, count: number, lastEventId?: string): Promise<HeardEvent[]> {
  const gone = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(url, { headers, signal: gone.signal });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const events: HeardEvent[] = [];
  let text = '';
  for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += piece;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2) as [string, string]));
      events.push({ event: fields['event'], id: fields['id'], data: JSON.parse(fields['data']) as HeardMessage });
    }
    if (events.length >= count) break;
  }
  gone.abort();
  return events;
}

test('server-sent events say where to resume, and Last-Event-ID does so', async (t) => {
  const api = await anApi(t);
  await api.put('A:B/1m', [0, 1], 1);
  await api.put('A:B/1m', [2], 1);
  const url = `${api.url}/stream/sse?topics=bars:A:B/1m,changes`;
  const all = await listenToEvents(`${url}&after=0`, 6);
  assert.deepEqual(
    all.map(({ event, id }) => [event, id]),
    [
      ['subscribed', '0'],
      ['bar', undefined],
      ['bar', undefined],
      ['change', '1'],
      ['bar', undefined],
      ['change', '2'],
    ],
    'an id stands only where a change is whole',
  );
  const rest = await listenToEvents(`${url}&after=0`, 3, '1');
  assert.deepEqual(
    rest.map(({ event, id, data }) => [event, id, data.seq, data.bar?.openTime]),
    [
      ['subscribed', '1', 1, undefined],
      ['bar', undefined, 2, isoOf(2)],
      ['change', '2', 2, undefined],
    ],
  );
  for (const query of ['', '?topics=', '?topics=bars:x', '?topics=changes&afterr=1'])
    assert.equal((await fetch(`${api.url}/stream/sse${query}`)).status, 400, query);
});

test('deleted bars and changes of more than 1,000 bars are told by their range', async (t) => {
  const api = await anApi(t);
  await api.put('A:B/1m', range(1_200), 1);
  await fetch(`${api.url}/bars/A:B?interval=1m&from=2020-01-01&to=2020-01-01T00:02`, { method: 'DELETE' });
  const listener = await api.listener();
  await listener.subscribe(['bars:A:B/1m'], 0);
  const deleted = await listener.next((message) => message.deleted === 2);
  const [, written] = listener.heard;
  const told = { type: 'change', topic: 'bars:A:B/1m', series: 'A:B/1m', from: isoOf(0) };
  assert.deepEqual(
    [written, deleted].map(({ type, topic, series, inserted, ...rest }) => [
      type,
      topic,
      series,
      inserted,
      'more' in rest,
    ]),
    [
      [told.type, told.topic, told.series, 1_200, false],
      [told.type, told.topic, told.series, 0, false],
    ],
  );
  assert.equal(listener.heard.filter(({ type }) => type === 'bar').length, 0);
});

test('a job is told from its order to its end', async (t) => {
  const api = await anApi(t);
  const listener = await api.listener();
  await listener.subscribe(['jobs']);
  const order = { instrumentId: 'SIM:BTCUSD', interval: '1m', from: '2024-01-01', to: '2024-01-02' };
  const response = await fetch(`${api.url}/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  const { id } = (await response.json()) as { id: string };
  await listener.next(({ job }) => job?.id === id && job.state === 'completed');
});
