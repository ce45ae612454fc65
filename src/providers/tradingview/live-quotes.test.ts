import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import {
  aTradingView,
  codeOf,
  fetched,
  framed,
  infoOf,
  seedBars,
  startFakeTradingView,
  status,
  tokenUntil,
  type FakeOptions,
  type FakeTradingView,
} from '../../../test/support/fake-tradingview/index.ts';
import { until } from '../../../test/support/until.ts';
import { instrumentId, type QuoteUpdate } from '../../market/index.ts';
import type { ErrorCode, ProviderError } from '../../platform/errors/index.ts';
import type { LiveConnection, LiveData, LiveEnd, RequestedInstrument } from '../contract/index.ts';
import { LIVE_PATIENCE, testLive } from '../../../test/support/live-provider-contract.ts';
import type { TradingViewOptions } from './index.ts';

const START = 1_767_623_400;
const LAST = { lp: 11.1, lp_time: START, volume: 1_205 };
const ABC = asked('TEST:ABC');
const XYZ = asked('TEST:XYZ');
const FUTURE = asked('CME:ES1', 'CME:ES1!');
const FIRST = { eventTime: START * 1_000, last: 11.1, dayVolume: 1_205 };

function asked(id: string, symbol?: string): RequestedInstrument {
  return { instrumentId: instrumentId(id), symbol };
}

function world(): FakeOptions {
  const seed = (name: string) => ({ info: infoOf(name), bars: { 1: seedBars(START, 60, 10) }, quote: LAST });
  const names = ['TEST:ABC', 'TEST:XYZ', 'CME:ES1!', ...Array.from({ length: 120 }, (_, at) => `MANY:S${at}`)];
  return { now: (START + 86_400) * 1_000, symbols: Object.fromEntries(names.map((name) => [name, seed(name)])) };
}

interface Heard {
  readonly quotes: QuoteUpdate[];
  readonly subscribed: string[];
  readonly refused: (readonly [string, ErrorCode])[];
  count: number;
}

interface Opened {
  readonly fake: FakeTradingView;
  readonly live: LiveData;
  readonly connection: LiveConnection;
  readonly heard: Heard;
  /** The id of the quote session. */
  readonly session: () => unknown;
}

async function open(t: TestContext, options: Partial<TradingViewOptions> = {}): Promise<Opened> {
  const fake = await startFakeTradingView(t, world());
  const live = liveOf(t, fake, options);
  const heard: Heard = { quotes: [], subscribed: [], refused: [], count: 0 };
  const connection = await connectTo(live, heard);
  t.after(() => connection.close());
  const session = () => fake.log.find(({ method }) => method === 'quote_create_session')?.params[0];
  return { fake, live, connection, heard, session };
}

function liveOf(t: TestContext, fake: FakeTradingView, options: Partial<TradingViewOptions> = {}): LiveData {
  const { live } = aTradingView(t, fake, options);
  assert.ok(live !== undefined);
  return live;
}

function connectTo(live: LiveData, heard: Heard, signal = new AbortController().signal): Promise<LiveConnection> {
  const never = (): never => assert.fail('of quotes no trade is told');
  return live.connect(
    {
      onTrade: never,
      onCorrected: never,
      onSubscribed: (id) => heard.subscribed.push(id),
      onQuote: (update) => heard.quotes.push(update),
      onRefused: (id, { code }) => heard.refused.push([id, code]),
      onHeard: () => heard.count++,
    },
    signal,
  );
}

testLive('tradingview', async (t) => {
  const seed = (name: string) => ({ info: infoOf(name), bars: {} });
  const symbols = { 'TEST:ABC': seed('TEST:ABC'), 'TEST:XYZ': seed('TEST:XYZ') };
  const fake = await startFakeTradingView(t, { now: START * 1_000, symbols });
  const provider = aTradingView(t, fake, {
    limits: { connectMs: LIVE_PATIENCE.connectMs, answerMs: LIVE_PATIENCE.answerMs },
  });
  const instruments = [
    { requested: ABC, vendorSymbol: 'TEST:ABC' },
    { requested: XYZ, vendorSymbol: 'TEST:XYZ' },
  ] as const;
  return { provider, fake, instruments, unknown: asked('TEST:NONE') };
});

const paramsOf = ({ log }: FakeTradingView, wanted: string) =>
  log.filter(({ method }) => method === wanted).map(({ params }) => params.slice(1));

test('what is known comes first, then what changed of it and nothing else', async (t) => {
  const { fake, connection, heard } = await open(t);
  connection.subscribe([ABC, XYZ]);
  await until(() => heard.quotes.length === 2, 'the first quotes');
  fake.quote('TEST:ABC', { bid: 11, ask: 11.2, bid_size: 3, ask_size: 0 });
  fake.quote('TEST:XYZ', { volume: 1_300, lp_time: START + 1 });
  fake.quote('TEST:ABC', { lp: 12 });
  await until(() => heard.quotes.length === 5, 'the changes');
  assert.deepEqual(heard.quotes, [
    { instrumentId: 'TEST:ABC', ...FIRST },
    { instrumentId: 'TEST:XYZ', ...FIRST },
    { instrumentId: 'TEST:ABC', bid: 11, ask: 11.2, bidSize: 3, askSize: 0 },
    { instrumentId: 'TEST:XYZ', dayVolume: 1_300, eventTime: (START + 1) * 1_000 },
    { instrumentId: 'TEST:ABC', last: 12 },
  ]);
  assert.deepEqual(fake.complaints, []);
});

test('what has no value, or is of no interest, is no change', async (t) => {
  const { fake, connection, heard, session } = await open(t);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'the first quote');
  fake.quote('TEST:ABC', { lp: null, volume: 1e100 });
  const other = { n: 'TEST:ABC', s: 'ok', v: { current_session: 'market' } };
  fake.tell(framed(JSON.stringify({ m: 'qsd', p: [session(), other] })));
  fake.tell(framed(JSON.stringify({ m: 'qsd', p: [session(), { n: 'TEST:ABC', s: 'ok' }] })));
  fake.quote('TEST:ABC', { bid: null, ask: 3 });
  await until(() => heard.quotes.length === 2, 'the change');
  assert.deepEqual(heard.quotes[1], { instrumentId: 'TEST:ABC', ask: 3 });
});

test('the code that an alias names is asked for, also by two of one code', async (t) => {
  const { fake, connection, heard } = await open(t);
  const same = asked('MINE:ES', 'CME:ES1!');
  connection.subscribe([FUTURE, same]);
  await until(() => heard.quotes.length === 2, 'a quote for each');
  assert.deepEqual(paramsOf(fake, 'quote_add_symbols'), [['CME:ES1!']]);
  assert.deepEqual(heard.subscribed, ['CME:ES1', 'MINE:ES']);
  connection.subscribe([asked('MINE:E', 'CME:ES1!')]);
  assert.deepEqual(heard.subscribed.slice(2), ['MINE:E'], 'the vendor does not tell again what it tells already');
  connection.unsubscribe([instrumentId('MINE:E')]);
  connection.unsubscribe([FUTURE.instrumentId]);
  fake.quote('CME:ES1!', { lp: 1 });
  await until(() => heard.quotes.length === 3, 'the other one still has it');
  assert.deepEqual(heard.quotes[2], { instrumentId: 'MINE:ES', last: 1 });
  assert.deepEqual(paramsOf(fake, 'quote_remove_symbols'), []);
});

test('many are asked for and left in batches, each once', async (t) => {
  const { fake, connection, heard } = await open(t);
  const many = Array.from({ length: 120 }, (_, at) => asked(`MANY:S${at}`));
  connection.subscribe(many.slice(0, 60));
  connection.subscribe(many);
  await until(() => heard.quotes.length === 120, 'all quotes');
  assert.deepEqual(
    paramsOf(fake, 'quote_add_symbols').map(({ length }) => length),
    [50, 10, 50, 10],
  );
  connection.unsubscribe([...many.map(({ instrumentId: id }) => id), XYZ.instrumentId]);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 121, 'the one that came after');
  assert.deepEqual(
    paramsOf(fake, 'quote_remove_symbols').map(({ length }) => length),
    [50, 50, 20],
  );
});

test('of symbols that nobody asked for, or no longer wants, nothing is told', async (t) => {
  const { fake, connection, heard, session } = await open(t);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'the first quote');
  connection.unsubscribe([ABC.instrumentId]);
  const count = heard.count;
  for (const n of ['TEST:ABC', 'TEST:OTHER'])
    fake.tell(framed(JSON.stringify({ m: 'qsd', p: [session(), { n, s: 'ok', v: { lp: 1 } }] })));
  fake.tell(framed(JSON.stringify({ m: 'qsd', p: ['qs_of_others', { n: 'TEST:ABC', s: 'ok', v: { lp: 1 } }] })));
  await until(() => heard.count === count + 3, 'they came');
  assert.equal(heard.quotes.length, 1);
});

test('a symbol that is not known or not given is refused, the others go on, and it may be asked for again', async (t) => {
  const { fake, connection, heard, session } = await open(t);
  connection.subscribe([asked('TEST:NONE'), ABC]);
  await until(() => heard.quotes.length === 1, 'the quote of the other');
  const denied = { n: 'TEST:ABC', s: 'permission_denied' };
  fake.tell(framed(JSON.stringify({ m: 'qsd', p: [session(), denied] })));
  await until(() => heard.refused.length === 2, 'two refusals');
  assert.deepEqual(heard.refused, [
    ['TEST:NONE', 'PROVIDER_SYMBOL_UNKNOWN'],
    ['TEST:ABC', 'PROVIDER_REFUSED'],
  ]);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 2, 'the quote once more');
});

test('a heartbeat is heard and echoed as a packet', async (t) => {
  const { fake, heard } = await open(t);
  const count = heard.count;
  await fake.beat();
  assert.deepEqual([heard.count, fake.complaints], [count + 1, []]);
});

test('a token is sent before anything else; one that is refused ends the connection', async (t) => {
  const { fake, connection, heard } = await open(t, { token: 'good-token' });
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'the quote');
  assert.deepEqual(
    fake.log.map(({ method }) => method),
    ['set_auth_token', 'quote_create_session', 'quote_set_fields', 'quote_add_symbols'],
  );
  const refused = await connectTo(liveOf(t, fake, { token: 'bad' }), heard);
  const { kind, error } = await refused.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_REFUSED']);
});

for (const spelling of ['invalid parameters', 'invalid_parameters'])
  test(`a symbol that ends its session with "${spelling}" is found and refused; the others go on`, async (t) => {
    const { fake, connection, heard } = await open(t);
    connection.subscribe([ABC]);
    await until(() => heard.quotes.length === 1, 'the first quote');
    const many = Array.from({ length: 60 }, (_, at) => asked(`MANY:S${at}`));
    const bad = [asked('MANY:S7'), asked('MANY:S8'), asked('MANY:S55')].map(({ instrumentId: id }) => id);
    for (const id of bad) fake.deadly.set(id, spelling);
    connection.subscribe(many);
    await until(() => heard.refused.length === 3 && heard.quotes.length >= 59, 'the culprits, and all others');
    assert.deepEqual(new Map(heard.refused), new Map(bad.map((id) => [id, 'PROVIDER_SYMBOL_UNKNOWN'])));
    const quoted = new Set(heard.quotes.map(({ instrumentId: id }) => id));
    assert.deepEqual([quoted.size, bad.some((id) => quoted.has(id))], [58, false]);
    assert.equal(heard.subscribed.filter((id) => id === 'TEST:ABC').length, 2, 'what it missed meanwhile is fetched');
    const count = heard.quotes.length;
    fake.quote('TEST:ABC', { lp: 1 });
    fake.quote('MANY:S9', { lp: 2 });
    connection.subscribe([XYZ]);
    await until(() => heard.quotes.length === count + 3, 'quotes go on, and more can be asked for');
    connection.unsubscribe(many.map(({ instrumentId: id }) => id));
    await until(() => fake.subscribed().size === 2, 'they are left in whatever session they are');
    assert.deepEqual([fake.opened(), fake.complaints], [1, []]);
  });

test('of a vendor that sends heartbeats and no quote the connection ends, as for a token that expired', async (t) => {
  const { fake, connection, heard } = await open(t, { limits: { answerMs: 100 } });
  fake.mute.add('TEST:ABC');
  connection.subscribe([ABC]);
  let end: LiveEnd | undefined;
  void connection.ended.then((ended) => (end = ended));
  while (end === undefined) await Promise.all([fake.beat(), setImmediate()]);
  const { kind, error } = end;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_TIMEOUT']);
  assert.match(String(error), /first quote of TEST:ABC/);
  assert.deepEqual(heard.subscribed, []);
});

test('a token that the vendor finds expired, by a clock of its own, brings nothing and ends the connection', async (t) => {
  const fake = await startFakeTradingView(t, world());
  const token = tokenUntil(fake.now);
  const live = liveOf(t, fake, { clock: () => fake.now - 90_000, token, limits: { answerMs: 100 } });
  const connection = await connectTo(live, { quotes: [], subscribed: [], refused: [], count: 0 });
  connection.subscribe([ABC]);
  assert.equal((await connection.ended).error?.code, 'PROVIDER_TIMEOUT');
});

test('one symbol of which no quote comes is refused in time, and the others go on', async (t) => {
  const { fake, connection, heard } = await open(t, { limits: { answerMs: 100 } });
  fake.mute.add('TEST:XYZ');
  connection.subscribe([ABC, XYZ]);
  await until(() => heard.refused.length === 1, 'the silent one');
  assert.deepEqual(heard.refused, [['TEST:XYZ', 'PROVIDER_TIMEOUT']]);
  fake.mute.delete('TEST:XYZ');
  connection.subscribe([XYZ]);
  await until(() => heard.subscribed.length === 2, 'it can be asked for again');
  assert.deepEqual(heard.subscribed, ['TEST:ABC', 'TEST:XYZ']);
});

test('a token that expires ends the connection with what to do, and no other one is made', async (t) => {
  const fake = await startFakeTradingView(t, world());
  let { now } = fake;
  const live = liveOf(t, fake, { clock: () => now, token: tokenUntil(now + 200) });
  const heard: Heard = { quotes: [], subscribed: [], refused: [], count: 0 };
  const connection = await connectTo(live, heard);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'a quote');
  now += 200;
  const { kind, error } = await connection.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_REFUSED']);
  assert.match(String(error), /expired .*POCKETQUANT_TRADINGVIEW_KEY/);
  await assert.rejects(connectTo(live, heard), { code: 'PROVIDER_REFUSED', message: /expired/ });
  assert.equal(fake.opened(), 1);
});

const message =
  (m: string, ...rest: readonly unknown[]) =>
  (session: unknown) =>
    framed(JSON.stringify({ m, p: [session, ...rest] }));
const ENDS: readonly (readonly [what: string, text: (session: unknown) => string, code: ErrorCode])[] = [
  ['protocol_error', () => message('protocol_error')('overload'), 'PROVIDER_UNAVAILABLE'],
  ['protocol_error on the token', () => message('protocol_error')('bad auth token'), 'PROVIDER_REFUSED'],
  ['critical_error', message('critical_error', 'invalid parameters', 'method: quote_set_fields'), 'PROVIDER_REFUSED'],
  ['critical_error in its other spelling', message('critical_error', 'invalid_parameters', ''), 'PROVIDER_REFUSED'],
  ['a quote that is none', message('qsd', { n: 'TEST:ABC', s: 'ok', v: { lp: '11' } }), 'PROVIDER_ANSWER_INVALID'],
  ['a quote of nothing', message('qsd', null), 'PROVIDER_ANSWER_INVALID'],
  ['cut JSON', () => framed('{"m":"qsd"'), 'PROVIDER_ANSWER_INVALID'],
  [
    'NaN',
    (session) => framed(`{"m":"qsd","p":["${String(session)}",{"n":"TEST:ABC","s":"ok","v":{"lp":NaN}}]}`),
    'PROVIDER_ANSWER_INVALID',
  ],
  ['a text that is no packet', () => '<html>busy</html>', 'PROVIDER_ANSWER_INVALID'],
];
for (const [what, text, code] of ENDS)
  test(`${what} ends the connection as lost with ${code}`, async (t) => {
    const { fake, connection, heard, session } = await open(t);
    connection.subscribe([ABC]);
    await until(() => heard.quotes.length === 1, 'the first quote');
    fake.tell(text(session()));
    const { kind, error } = await connection.ended;
    assert.deepEqual([kind, error?.code], ['lost', code]);
    connection.subscribe([XYZ]);
    connection.unsubscribe([ABC.instrumentId]);
    await connection.close();
    assert.equal(heard.quotes.length, 1);
    await until(() => fake.open() === 0, 'the socket is gone');
  });

test('silence is lost', async (t) => {
  const { connection } = await open(t, { limits: { silenceMs: 50 } });
  const { kind, error } = await connection.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_TIMEOUT']);
});

test('closing tells so, once and for all, and nothing is heard afterwards', async (t) => {
  const { fake, connection, heard } = await open(t);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'the first quote');
  const closing = connection.close();
  const count = heard.count;
  fake.quote('TEST:ABC', { lp: 1 });
  await closing;
  await connection.close();
  assert.deepEqual(await connection.ended, { kind: 'closed', error: undefined });
  assert.deepEqual([heard.quotes.length, heard.count], [1, count]);
});

test('quotes and history have sockets of their own', async (t) => {
  const fake = await startFakeTradingView(t, world());
  const provider = aTradingView(t, fake);
  assert.ok(provider.live !== undefined);
  const heard: Heard = { quotes: [], subscribed: [], refused: [], count: 0 };
  const connection = await connectTo(provider.live, heard);
  connection.subscribe([ABC]);
  assert.equal((await fetched(provider, { from: START, to: START + 600 })).bars.length, 10);
  await until(() => heard.quotes.length === 1, 'the quote');
  assert.equal(fake.opened(), 2);
  await connection.close();
});

test('one packet of many quotes, split over messages, is read whole', async (t) => {
  const { fake, connection, heard, session } = await open(t);
  connection.subscribe([ABC]);
  await until(() => heard.quotes.length === 1, 'the first quote');
  const long = { n: 'TEST:ABC', s: 'ok', v: { lp: 5, description: 'x'.repeat(5_000_000) } };
  const text = framed(JSON.stringify({ m: 'qsd', p: [session(), long] }));
  fake.tell(text.slice(0, 7));
  fake.tell(text.slice(7));
  await until(() => heard.quotes.length === 2, 'the long one');
  assert.deepEqual(heard.quotes[1], { instrumentId: 'TEST:ABC', last: 5 });
});

test('a vendor that refuses, and a signal, end a connection that is not yet one', async (t) => {
  const fake = await startFakeTradingView(t, world());
  const live = liveOf(t, fake);
  const heard: Heard = { quotes: [], subscribed: [], refused: [], count: 0 };
  const endOf = (connecting: Promise<unknown>) => connecting.catch((error: unknown) => error);
  fake.scriptHttp('upgrade', status(429, { 'retry-after': '7' }));
  const refused = await endOf(connectTo(live, heard));
  assert.equal(codeOf(refused), 'PROVIDER_RATE_LIMITED');
  assert.equal((refused as ProviderError).retryAfterSeconds, 7);
  const controller = new AbortController();
  fake.script('connect', () => controller.abort(new Error('enough')));
  assert.match(String(await endOf(connectTo(live, heard, controller.signal))), /enough/);
  await until(() => fake.open() === 0, 'no socket is left');
});
