import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import {
  aTradingView,
  codeOf,
  fetched,
  framed,
  infoOf,
  requestOf,
  seedBars,
  silence,
  startFakeTradingView,
  textOf,
  tokenUntil,
  type Exchange,
  type FakeOptions,
  type FakeTradingView,
} from '../../../test/support/fake-tradingview/index.ts';

const START = 1_767_623_400;
const NOW = (START + 86_400) * 1_000;
const ASKED = { from: START, to: START + 600 };
const FAKE: FakeOptions = {
  now: NOW,
  symbols: {
    'TEST:ABC': { info: infoOf('TEST:ABC'), bars: { 1: seedBars(START, 60, 10) } },
    'TEST:XYZ': { info: infoOf('TEST:XYZ'), bars: { 1: seedBars(START, 60, 5) } },
  },
};

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 200_000, what);
    await setImmediate();
  }
}

/** Holds back the next answer of a method; `arrived` when the question is there. */
function hold(fake: FakeTradingView, method: string): Promise<Exchange> {
  return new Promise((resolve) => fake.script(method, resolve));
}

test('a heartbeat is echoed at once, as it came, while an answer is awaited', async (t) => {
  const fake = await startFakeTradingView(t, { ...FAKE, echoMs: 500 });
  const fetching = fetched(aTradingView(t, fake), ASKED);
  const { answer, send } = await hold(fake, 'create_series');
  await fake.beat();
  await fake.beat();
  send(answer);
  assert.equal((await fetching).bars.length, 10);
  assert.deepEqual(fake.complaints, []);
});

test('what stands in one message with a heartbeat is handled, before it and after it', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const fetching = fetched(aTradingView(t, fake), ASKED);
  const { answer, socket } = await hold(fake, 'create_series');
  const echo = new Promise<string>((resolve) => socket.prependOnceListener('message', (data) => resolve(String(data))));
  const packets = answer.map((message) => framed(textOf(message)));
  socket.send([packets[0], framed('~h~77'), ...packets.slice(1)].join(''));
  assert.equal(await echo, '~m~5~m~~h~77');
  assert.equal((await fetching).bars.length, 10);
});

test('an idle socket answers heartbeats, is used again, and closed when nobody needs it', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake, { limits: { idleMs: 150 } });
  await fetched(provider, ASKED);
  await fake.beat();
  await fetched(provider, ASKED);
  assert.deepEqual([fake.opened(), fake.complaints], [1, []]);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await until('the socket closes', () => fake.open() === 0);
  assert.equal((await fetched(provider, ASKED)).bars.length, 10);
  assert.equal(fake.opened(), 2);
});

test('series loaded at the same time share a socket and do not mix', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake);
  const ids = ['TEST:ABC', 'TEST:XYZ', 'TEST:ABC', 'TEST:XYZ'];
  const held = hold(fake, 'create_series');
  const all = Promise.all(ids.map((id) => fetched(provider, { id, ...ASKED })));
  const { answer, send } = await held;
  await fake.beat();
  send(answer); // the first comes last
  const counts = (await all).map(({ bars }) => bars.length);
  assert.deepEqual([counts, fake.opened(), fake.complaints], [[10, 5, 10, 5], 1, []]);
});

test('no more series than allowed are loaded at the same time; the others wait their turn', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake, { limits: { seriesAtOnce: 2 } });
  const all = Array.from({ length: 7 }, () => fetched(provider, ASKED));
  for (const { error, bars } of await Promise.all(all)) assert.deepEqual([error, bars.length], [undefined, 10]);
  let open = 0;
  let most = 0;
  for (const { method } of fake.log) {
    if (method === 'chart_create_session') most = Math.max(most, ++open);
    if (method === 'chart_delete_session') open--;
  }
  assert.deepEqual([most, fake.opened()], [2, 1]);
});

test('whoever waits too long for a turn is told so, and the place is not lost', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake, { limits: { seriesAtOnce: 1, queueMs: 80 } });
  const held = hold(fake, 'create_series');
  const first = fetched(provider, ASKED);
  const { answer, send } = await held;
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_TIMEOUT');
  send(answer);
  assert.equal((await first).bars.length, 10);
  assert.equal((await fetched(provider, ASKED)).bars.length, 10);
});

test('a fetch ends with the reason of its signal, and the others go on', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake);
  const held = hold(fake, 'create_series');
  const stop = new AbortController();
  const stopped = fetched(provider, { ...ASKED, signal: stop.signal });
  await held;
  const other = fetched(provider, { id: 'TEST:XYZ', ...ASKED });
  const reason = new Error('stopped');
  stop.abort(reason);
  assert.equal((await stopped).error, reason);
  assert.equal((await other).bars.length, 5);
  assert.equal((await fetched(provider, { ...ASKED, signal: stop.signal })).error, reason);
});

test('who stops reading gives the place back', async (t) => {
  const fake = await startFakeTradingView(t, { ...FAKE, pageMaximum: 4 });
  const provider = aTradingView(t, fake, { limits: { seriesAtOnce: 1, queueMs: 100 } });
  for await (const page of provider.fetchBars(requestOf(ASKED))) {
    assert.equal(page.columns.openTime.length, 4);
    break;
  }
  assert.equal((await fetched(provider, ASKED)).bars.length, 10);
});

test('a dead chart session takes no other with it', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake);
  const held = hold(fake, 'create_series');
  const good = fetched(provider, ASKED);
  const { answer, send } = await held;
  fake.script('create_series', ({ params, send }) =>
    send([{ m: 'critical_error', p: [params[0], 'invalid parameters', ''] }]),
  );
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_REFUSED');
  send(answer);
  assert.equal((await good).bars.length, 10);
});

test('close ends what is loaded, also while the socket is being opened, and opens nothing after', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  for (const method of ['connect', 'create_series']) {
    const provider = aTradingView(t, fake);
    const arrived = new Promise<void>((resolve) => fake.script(method, () => resolve()));
    const fetching = fetched(provider, ASKED);
    await arrived;
    await provider.close();
    assert.equal(codeOf((await fetching).error), 'PROVIDER_UNAVAILABLE', method);
    const opened = fake.opened();
    assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_UNAVAILABLE', method);
    assert.equal(fake.opened(), opened);
    await provider.close();
  }
  await until('no socket is left', () => fake.open() === 0);
});

test('a socket lost while nobody used it is replaced', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake);
  await fetched(provider, ASKED);
  fake.tell('no packet');
  await until('the socket closes', () => fake.open() === 0);
  assert.equal((await fetched(provider, ASKED)).bars.length, 10);
  assert.equal(fake.opened(), 2);
});

test('a token that has expired is told before anybody is asked, with what to do', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake, { clock: () => NOW, token: tokenUntil(NOW) });
  const { error } = await fetched(provider, ASKED);
  assert.equal(codeOf(error), 'PROVIDER_REFUSED');
  assert.match(String(error), /expired at 2026-01-06T14:30:00Z; .*POCKETQUANT_TRADINGVIEW_KEY/);
  assert.equal(fake.opened(), 0);
});

test('a token that expires while it is used ends what is loaded; one that is good for long is no matter', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  let now = NOW;
  const soon = aTradingView(t, fake, { clock: () => now, token: tokenUntil(NOW + 300) });
  const held = hold(fake, 'create_series');
  const fetching = fetched(soon, ASKED);
  await held;
  now += 300;
  assert.equal(codeOf((await fetching).error), 'PROVIDER_REFUSED');
  const later = aTradingView(t, fake, { clock: () => NOW, token: tokenUntil(NOW + 400 * 86_400_000) });
  assert.equal((await fetched(later, ASKED)).bars.length, 10);
});

test('an answer that comes after its time disturbs nobody', async (t) => {
  const fake = await startFakeTradingView(t, FAKE);
  const provider = aTradingView(t, fake, { limits: { answerMs: 100 } });
  const held = hold(fake, 'create_series');
  const late = fetched(provider, ASKED);
  const { answer, send } = await held;
  assert.equal(codeOf((await late).error), 'PROVIDER_TIMEOUT');
  send(answer);
  assert.equal((await fetched(provider, { id: 'TEST:XYZ', ...ASKED })).bars.length, 5);
  fake.script('create_series', silence);
  assert.equal(codeOf((await fetched(provider, ASKED)).error), 'PROVIDER_TIMEOUT');
});
