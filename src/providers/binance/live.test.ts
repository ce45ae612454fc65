import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { BINANCE_SYMBOLS, startFakeBinance } from '../../../test/support/fake-binance/index.ts';
import { until } from '../../../test/support/until.ts';
import { whatIsHeard } from '../../../test/support/what-is-heard.ts';
import { instrumentId } from '../../market/index.ts';
import { LIVE_PATIENCE, LIVE_START, testLive } from '../../../test/support/live-provider-contract.ts';
import { createBinance } from './index.ts';

const ask = (id: string, symbol?: string) => ({ instrumentId: instrumentId(id), symbol });
const BTC = ask('BINANCE:BTCUSDT');
const ETH = ask('BINANCE:ETHBTC');
const TRADE = { tradeId: 5, eventTime: LIVE_START, price: 2.5, size: 0.125 };

async function aBinance(t: TestContext) {
  const fake = await startFakeBinance(t, { now: LIVE_START });
  const provider = createBinance({
    baseUrl: fake.url,
    wsUrl: `${fake.sockets.url}/`,
    clock: () => fake.now,
    patience: { attempts: 1 },
    socketPatience: LIVE_PATIENCE,
  });
  t.after(() => provider.close());
  return { fake, provider };
}

testLive('binance', async (t) => ({
  ...(await aBinance(t)),
  instruments: [
    { requested: BTC, vendorSymbol: 'BTCUSDT' },
    { requested: ETH, vendorSymbol: 'ETHBTC' },
  ],
  unknown: ask('BINANCE:NONESUCH'),
}));

async function connected(t: TestContext) {
  const { fake, provider } = await aBinance(t);
  const { live } = provider;
  assert.ok(live !== undefined);
  const heard = whatIsHeard(live);
  const connection = await live.connect(heard.listener, new AbortController().signal);
  const subscribed = async (): Promise<void> => {
    connection.subscribe([BTC]);
    await until(() => fake.subscribed().has('BTCUSDT'), 'a subscription');
  };
  const sent = () => fake.sockets.log.map(({ text }) => JSON.parse(text) as { method: string; params: string[] });
  return { fake, live, heard, connection, subscribed, sent };
}

test('a trade has its id and its time; the taker sells where the buyer was there first', async (t) => {
  const { fake, heard, subscribed, sent } = await connected(t);
  await subscribed();
  fake.trade('BTCUSDT', TRADE);
  fake.trade('BTCUSDT', { ...TRADE, tradeId: 6, side: 'sell' });
  fake.sockets.tamper = (text) => [text, text];
  fake.trade('BTCUSDT', { ...TRADE, tradeId: 7 });
  await heard(4);
  const trade = { instrumentId: 'BINANCE:BTCUSDT', eventTime: LIVE_START, price: 2.5, size: 0.125 };
  const again = { ...trade, tradeId: 7, side: 'buy' };
  assert.deepEqual(heard.trades, [
    { ...trade, tradeId: 5, side: 'buy' },
    { ...trade, tradeId: 6, side: 'sell' },
    again,
    again,
  ]);
  assert.deepEqual(sent()[0].params, ['btcusdt@trade', 'btcusdt@bookTicker']);
});

test('the best bid and ask have no time; a side without orders stays as it was', async (t) => {
  const { fake, heard, subscribed } = await connected(t);
  await subscribed();
  fake.book('BTCUSDT', { bid: 1.5, bidSize: 10, ask: 1.75, askSize: 20 });
  fake.book('BTCUSDT', { bid: 0, bidSize: 0, ask: 1.75, askSize: 30 });
  await until(() => heard.quotes.length === 2, 'two quotes');
  assert.deepEqual(heard.quotes, [
    { instrumentId: 'BINANCE:BTCUSDT', bid: 1.5, bidSize: 10, ask: 1.75, askSize: 20 },
    { instrumentId: 'BINANCE:BTCUSDT', ask: 1.75, askSize: 30 },
  ]);
});

test('a full connection is asked for in few messages, slowly enough, and looks at the list once', async (t) => {
  const { fake, live, connection, sent } = await connected(t);
  const codes = Array.from({ length: live.instrumentsPerConnection }, (_, index) => `S${index}USDT`);
  BINANCE_SYMBOLS.push(...codes.map((symbol) => ({ ...BINANCE_SYMBOLS[0], symbol })));
  t.after(() => BINANCE_SYMBOLS.splice(-codes.length));
  for (let at = 0; at < codes.length; at += 8)
    connection.subscribe(codes.slice(at, at + 8).map((symbol) => ask(`BINANCE:${symbol}`)));
  await until(() => fake.subscribed().size === codes.length, 'all subscriptions', 5_000);
  assert.deepEqual([fake.complaints, fake.sockets.open], [[], 1]);
  assert.ok(sent().length <= 7, `${sent().length} messages`);
  const asked = fake.requests.filter(({ url }) => url.pathname.endsWith('/exchangeInfo'));
  assert.equal(asked.length, 1);
});

test('one that was listed after the list was kept is found all the same', async (t) => {
  const { fake, connection, heard } = await connected(t);
  connection.subscribe(Array.from({ length: 6 }, (_, index) => ask(`BINANCE:NO${index}`)));
  await until(() => heard.refused.length === 6, 'six refusals');
  BINANCE_SYMBOLS.push({ ...BINANCE_SYMBOLS[0], symbol: 'NEWUSDT' });
  t.after(() => BINANCE_SYMBOLS.pop());
  const more = Array.from({ length: 6 }, (_, index) => ask(`BINANCE:MORE${index}`));
  connection.subscribe([ask('BINANCE:NEWUSDT'), ...more]);
  await until(() => heard.refused.length === 12, 'six more');
  await until(() => fake.subscribed().has('NEWUSDT'), 'the new one');
});

test('a code belongs to one instrument; another one by alias is refused', async (t) => {
  const { connection, heard, subscribed } = await connected(t);
  await subscribed();
  connection.subscribe([ask('ELSEWHERE:BITCOIN', 'BTCUSDT')]);
  assert.deepEqual(
    heard.refused.map(([id, { code, message }]) => [id, code, message]),
    [['ELSEWHERE:BITCOIN', 'PROVIDER_REFUSED', 'binance: BTCUSDT is BINANCE:BTCUSDT already']],
  );
});

test('a notice that the server shuts down is a clean end, in both of its forms', async (t) => {
  for (const text of ['', '{"stream":"","data":{"e":"serverShutdown","E":1}}']) {
    const { fake, connection } = await connected(t);
    if (text === '') fake.shutDown();
    else fake.sockets.tell(text);
    assert.deepEqual(await connection.ended, { kind: 'clean', error: undefined });
  }
});

const REFUSALS = ['{"code":2,"msg":"Invalid request","id":1}', '{"error":{"code":2,"msg":"Invalid request"},"id":1}'];
for (const text of REFUSALS)
  test(`a refused message refuses its instruments: ${text}`, async (t) => {
    const { fake, connection, heard, subscribed } = await connected(t);
    fake.sockets.tamper = () => [text];
    connection.subscribe([BTC, ETH]);
    await until(() => heard.refused.length === 2, 'two refusals');
    assert.deepEqual(
      heard.refused.map(([id, { code, message }]) => [id, code, message]),
      [BTC, ETH].map((one) => [one.instrumentId, 'PROVIDER_REFUSED', 'binance: Invalid request (2)']),
    );
    assert.deepEqual(heard.subscribed, []);
    fake.sockets.tamper = (good) => [good];
    await subscribed();
    await until(() => heard.subscribed.length === 1, 'the fake has it all the time, but says so now');
    fake.trade('BTCUSDT', TRADE);
    await heard(1);
  });

test('a refusal of nothing in particular, or no answer, ends the connection', async (t) => {
  const refused = await connected(t);
  refused.fake.sockets.tell('{"error":{"code":3,"msg":"Invalid JSON"}}');
  assert.equal((await refused.connection.ended).error?.code, 'PROVIDER_REFUSED');
  const silent = await connected(t);
  silent.fake.sockets.tamper = () => [];
  silent.connection.subscribe([BTC]);
  const { kind, error } = await silent.connection.ended;
  assert.deepEqual([kind, error?.code], ['lost', 'PROVIDER_TIMEOUT']);
});
