import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import {
  ALPACA_KEY,
  ALPACA_SECRET,
  startFakeAlpaca,
  type FakeAlpacaWorld,
} from '../../../test/support/fake-alpaca/index.ts';
import { madeBars } from '../../../test/support/fake-vendor/made-bars.ts';
import { until } from '../../../test/support/until.ts';
import { whatIsHeard } from '../../../test/support/what-is-heard.ts';
import { instrumentId } from '../../market/index.ts';
import type { ErrorCode } from '../../platform/errors/index.ts';
import { LIVE_PATIENCE, LIVE_START, testLive } from '../../../test/support/live-provider-contract.ts';
import { createAlpaca, type AlpacaOptions } from './index.ts';

const ask = (id: string, symbol?: string) => ({ instrumentId: instrumentId(id), symbol });
const AAPL = ask('NASDAQ:AAPL');
const MSFT = ask('NASDAQ:MSFT');
const BITCOIN = ask('ALPACA:BTCUSD', 'BTC/USD');
const KEYS = { key: ALPACA_KEY, secret: ALPACA_SECRET };
const MINUTE = { from: LIVE_START, to: LIVE_START + 60_000 };
const TRADE = { tradeId: 5, eventTime: LIVE_START + 12_345, price: 2.5, size: 100 };

async function anAlpaca(t: TestContext, options: Partial<AlpacaOptions> = KEYS, world: Partial<FakeAlpacaWorld> = {}) {
  const fake = await startFakeAlpaca(t, { now: LIVE_START, bars: [], ...world });
  const provider = createAlpaca({
    ...options,
    baseUrl: fake.url,
    wsUrl: fake.sockets.url,
    clock: () => fake.now,
    patience: { attempts: 1 },
    socketPatience: LIVE_PATIENCE,
  });
  t.after(() => provider.close());
  const { live } = provider;
  assert.ok(live !== undefined);
  const heard = whatIsHeard(live);
  const connect = async () => {
    const connection = await live.connect(heard.listener, new AbortController().signal);
    const subscribed = async (...instruments: readonly ReturnType<typeof ask>[]): Promise<void> => {
      connection.subscribe(instruments);
      const symbols = instruments.map(({ instrumentId: id, symbol }) => symbol ?? id.split(':')[1]);
      await until(() => symbols.every((symbol) => fake.subscribed().has(symbol)), 'the subscriptions');
    };
    return { connection, subscribed };
  };
  return { fake, provider, live, heard, connect };
}

for (const [second, vendorSymbol] of [
  [MSFT, 'MSFT'],
  [BITCOIN, 'BTC/USD'],
] as const)
  testLive('alpaca', async (t) => {
    const { fake, provider } = await anAlpaca(t);
    const instruments = [
      { requested: AAPL, vendorSymbol: 'AAPL' },
      { requested: second, vendorSymbol },
    ] as const;
    return { provider, fake, instruments, unknown: ask('NYSE:NONESUCH') };
  });

test("a stock's trade is known by its exchange and number, a pair's by its number and side", async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  await (await connect()).subscribed(AAPL, BITCOIN);
  fake.trade('AAPL', TRADE);
  await heard(1);
  fake.trade('BTC/USD', { ...TRADE, side: 'sell' });
  await heard(2);
  const trade = { eventTime: LIVE_START + 12_345, price: 2.5, size: 100 };
  assert.deepEqual(heard.trades, [
    { ...trade, instrumentId: 'NASDAQ:AAPL', tradeId: 'V:5', side: undefined },
    { ...trade, instrumentId: 'ALPACA:BTCUSD', tradeId: 5, side: 'sell' },
  ]);
});

test('one that is left and asked for at once is told when Alpaca has answered both', async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  const { connection, subscribed } = await connect();
  await subscribed(AAPL);
  await until(() => heard.subscribed.length === 1, 'it is told');
  const held: string[] = [];
  fake.sockets.tamper = (text) => {
    if (text.includes('4321')) return [text];
    held.push(text);
    return [];
  };
  connection.unsubscribe([AAPL.instrumentId]);
  connection.subscribe([AAPL]);
  await until(() => held.length === 2, 'two answers');
  const tradeHeard = async (): Promise<void> => {
    const beats = heard.beats();
    fake.trade('AAPL', { ...TRADE, price: 4321 });
    await until(() => heard.beats() > beats, 'the trade');
  };
  await tradeHeard();
  assert.deepEqual([heard.subscribed.length, heard.trades.length], [1, 0]);
  held.forEach((text) => fake.sockets.tell(text));
  await until(() => heard.subscribed.length === 2, 'it is told again');
  await tradeHeard();
  await heard(1);
  assert.equal(heard.trades.length, 1);
});

test('stocks and crypto are two sockets, the second one opened when it is needed; they end together', async (t) => {
  const { fake, connect } = await anAlpaca(t);
  const { connection, subscribed } = await connect();
  assert.equal(fake.sockets.open, 1);
  await subscribed(AAPL);
  assert.equal(fake.sockets.open, 1);
  connection.subscribe([BITCOIN]);
  connection.unsubscribe([BITCOIN.instrumentId]);
  await subscribed(BITCOIN);
  assert.deepEqual([fake.sockets.open, fake.sockets.opened], [2, 2]);
  fake.sockets.closeAll(1001);
  assert.deepEqual(await connection.ended, { kind: 'clean', error: undefined });
  await until(() => fake.sockets.open === 0, 'both are gone');
});

test('either socket that ends takes the other one with it, and so does closing', async (t) => {
  const { fake, connect } = await anAlpaca(t);
  for (const isClosed of [true, false]) {
    const { connection, subscribed } = await connect();
    await subscribed(AAPL, BITCOIN);
    if (isClosed) await connection.close();
    // An unreadable price of the pair, which only its own socket is told.
    else fake.tellOf('BTC/USD', 'trades', { T: 't', i: 1, p: null, s: 1, t: '2026-01-05T15:00:00Z' });
    assert.equal((await connection.ended).kind, isClosed ? 'closed' : 'lost');
    await until(() => fake.sockets.open === 0, 'no socket is left');
  }
});

test('crypto that cannot be had ends the connection, with the reason', async (t) => {
  const { fake, connect } = await anAlpaca(t);
  const { connection } = await connect();
  fake.sockets.refuse({ status: 503 });
  connection.subscribe([BITCOIN]);
  const { kind, error } = await connection.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_UNAVAILABLE']);
  assert.equal(fake.sockets.open, 0);
});

test('quotes have their time; a side without orders stays as it was', async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  await (await connect()).subscribed(AAPL);
  const quote = { T: 'q', ax: 'V', ap: 2.5, as: 3, bx: 'V', bp: 2.25, bs: 4, t: '2026-01-05T15:00:01.5Z' };
  fake.tellOf('AAPL', 'quotes', quote);
  fake.tellOf('AAPL', 'quotes', { ...quote, bp: 0, bs: 0 });
  await until(() => heard.quotes.length === 2, 'two quotes');
  const told = { instrumentId: 'NASDAQ:AAPL', eventTime: LIVE_START + 1_500, ask: 2.5, askSize: 3 };
  assert.deepEqual(heard.quotes, [{ ...told, bid: 2.25, bidSize: 4 }, told]);
});

test('a late bar, a corrected trade and a cancelled one make their minute doubtful', async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  await (await connect()).subscribed(AAPL);
  const bar = { o: 1, h: 2, l: 1, c: 2, v: 10, n: 2, vw: 1.5 };
  fake.tellOf('AAPL', 'updatedBars', { T: 'u', ...bar, t: '2026-01-05T15:00:00Z' });
  fake.tellOf('AAPL', 'trades', {
    T: 'c',
    oi: 1,
    op: 1,
    os: 1,
    ci: 2,
    cp: 2,
    cs: 1,
    t: '2026-01-05T15:00:59.999999999Z',
  });
  fake.tellOf('AAPL', 'trades', { T: 'x', i: 1, x: 'V', p: 1, s: 1, a: 'C', t: '2026-01-05T15:00:30.5Z' });
  await until(() => heard.corrected.length === 3, 'three corrections');
  assert.deepEqual(
    heard.corrected,
    Array.from({ length: 3 }, () => ['NASDAQ:AAPL', MINUTE]),
  );
});

test('trades count as they do in the bars of Alpaca: by price and size, by size alone, or not at all', async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  await (await connect()).subscribed(AAPL, BITCOIN);
  const effects: readonly (readonly [c: readonly string[] | undefined, z: string, effect: string])[] = [
    [['@'], 'C', 'all'],
    [[' ', 'F', 'T'], 'A', 'all'],
    [['@', 'T', 'I'], 'C', 'volume'],
    [['@', '4'], 'C', 'volume'],
    [[' ', 'P'], 'A', 'volume'],
    [['B'], 'B', 'volume'],
    [['B'], 'C', 'all'],
    [['@', 'M'], 'C', 'nothing'],
    [['Q', 'I'], 'A', 'nothing'],
    [['9'], 'B', 'nothing'],
    [undefined, 'C', 'all'],
  ];
  for (const [i, [c, z]] of effects.entries())
    fake.tellOf('AAPL', 'trades', { T: 't', i, x: 'V', p: 2.5, s: 100, c, z, t: '2026-01-05T15:00:01Z' });
  await heard(effects.filter(([, , effect]) => effect !== 'nothing').length);
  assert.deepEqual(
    heard.trades.map(({ tradeId, isVolumeOnly = false }) => [tradeId, isVolumeOnly ? 'volume' : 'all']),
    effects.map(([, , effect], i) => [`V:${i}`, effect]).filter(([, effect]) => effect !== 'nothing'),
  );
});

test('what is traded at night streams below another version', async (t) => {
  for (const feed of ['boats', 'overnight']) {
    const { fake, heard, connect } = await anAlpaca(t, { ...KEYS, feed });
    await (await connect()).subscribed(AAPL);
    fake.trade('AAPL', TRADE);
    await heard(1);
  }
});

test('without keys, or with wrong ones, there is no connection; no message has them', async (t) => {
  const none = await anAlpaca(t, {});
  await assert.rejects(none.connect(), { code: 'PROVIDER_REFUSED', message: /POCKETQUANT_ALPACA_KEY/ });
  assert.equal(none.fake.sockets.opened, 0);
  const wrong = await anAlpaca(t, { key: ALPACA_KEY, secret: 'wrong/secret' });
  await assert.rejects(wrong.connect(), (error) => {
    assert.match(String(error), /alpaca: auth failed for … \(402\); .*POCKETQUANT_ALPACA_SECRET/);
    assert.doesNotMatch(inspect(error, { depth: 9 }), /wrong\/secret/);
    return true;
  });
});

test('a second connection is refused while the first one is open', async (t) => {
  const { connect } = await anAlpaca(t);
  const { connection } = await connect();
  await assert.rejects(connect(), { code: 'PROVIDER_UNAVAILABLE', message: /connection limit exceeded \(406\)/ });
  await connection.close();
  await (await connect()).connection.close();
});

test('a login that Alpaca finds late is a time-out', async (t) => {
  const { fake, connect } = await anAlpaca(t, KEYS, { authMs: 20 });
  fake.sockets.tamper = (text) => (text.includes('connected') ? [] : [text]);
  await assert.rejects(connect(), { code: 'PROVIDER_TIMEOUT', message: /auth timeout \(404\)/ });
});

test('more symbols than the plan allows are refused; those before go on', async (t) => {
  const { fake, heard, live, connect } = await anAlpaca(t);
  const { connection, subscribed } = await connect();
  await subscribed(AAPL);
  const many = Array.from({ length: live.instrumentsPerConnection }, (_, index) => ask(`NYSE:S${index}`));
  connection.subscribe(many);
  await until(() => heard.refused.length === many.length, 'as many refusals');
  assert.ok(heard.refused.every(([, { code }]) => code === 'PROVIDER_REFUSED'));
  assert.match(heard.refused[0][1].message, /symbol limit exceeded \(405\)/);
  fake.trade('AAPL', TRADE);
  await heard(1);
  await subscribed(MSFT);
});

test('symbols are checked by the batch, and a malformed one does not spoil the others', async (t) => {
  const { fake, heard, connect } = await anAlpaca(t);
  const { connection } = await connect();
  connection.subscribe([AAPL, MSFT, ask('NYSE:A_B'), ask('NYSE:NONESUCH')]);
  await until(() => heard.refused.length === 2, 'two refusals');
  assert.deepEqual(
    heard.refused.map(([id, { code }]) => [id, code]),
    [
      ['NYSE:A_B', 'PROVIDER_SYMBOL_UNKNOWN'],
      ['NYSE:NONESUCH', 'PROVIDER_SYMBOL_UNKNOWN'],
    ],
  );
  await until(() => fake.subscribed().size === 2, 'they are unsubscribed');
  assert.deepEqual(fake.subscribed(), new Set(['AAPL', 'MSFT']));
});

test('a thin stock without a latest bar is not refused', async (t) => {
  const bars = madeBars({ interval: '1d', from: LIVE_START - 400 * 86_400_000, to: LIVE_START - 390 * 86_400_000 });
  const { fake, heard, connect } = await anAlpaca(t, { ...KEYS, feed: 'sip' }, { bars });
  fake.isFreePlan = true;
  fake.withoutLatest = new Set(['MSFT']);
  const { connection } = await connect();
  connection.subscribe([AAPL, MSFT, ask('NYSE:NONESUCH')]);
  await until(() => heard.refused.length === 1, 'the one that nobody knows');
  assert.deepEqual([heard.refused[0][0], heard.refused[0][1].code], ['NYSE:NONESUCH', 'PROVIDER_SYMBOL_UNKNOWN']);
  await until(() => fake.subscribed().size === 2, 'the others stay');
});

const ENDS: readonly (readonly [code: number, msg: string, error: ErrorCode])[] = [
  [407, 'slow client', 'PROVIDER_UNAVAILABLE'],
  [406, 'connection limit exceeded', 'PROVIDER_UNAVAILABLE'],
  [500, 'internal error', 'PROVIDER_UNAVAILABLE'],
  [409, 'insufficient subscription', 'PROVIDER_REFUSED'],
  [400, 'invalid syntax', 'PROVIDER_REFUSED'],
];
for (const [code, msg, expected] of ENDS)
  test(`error ${code} that answers nothing ends the connection as ${expected}`, async (t) => {
    const { fake, connect } = await anAlpaca(t);
    const { connection, subscribed } = await connect();
    await subscribed(AAPL);
    await until(() => fake.requests.length === 1, 'the check of the symbol');
    fake.sayError(code, msg);
    const { kind, error } = await connection.ended;
    assert.deepEqual([kind, error?.code], ['lost', expected]);
  });

test('the feed says how many there may be: a free one, or one that is paid for', async (t) => {
  assert.equal((await anAlpaca(t)).live.instrumentsPerConnection, 30);
  const { live, connect, fake } = await anAlpaca(t, { ...KEYS, feed: 'sip' });
  assert.equal(live.instrumentsPerConnection, 1_000);
  const { connection } = await connect();
  connection.subscribe(Array.from({ length: 400 }, (_, index) => ask(`NYSE:S${index}`)));
  await until(() => fake.subscribed().size === 400, 'all of them, in several messages');
});
