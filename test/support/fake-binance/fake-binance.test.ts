import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBinance } from '../../../src/providers/binance/index.ts';
import { barsOf, epochMs, instrumentId } from '../../../src/market/index.ts';
import { collect } from '../collect.ts';
import type { FakeTrade } from '../fake-vendor/fake-live.ts';
import { until } from '../until.ts';
import { whatIsHeard } from '../what-is-heard.ts';
import { openFakeBinance, startFakeBinance } from './index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 12);
const BTC = { instrumentId: instrumentId('BINANCE:BTCUSDT'), symbol: undefined };
const signal = new AbortController().signal;
const trade = (tradeId: number, ms: number, price: number, size = 1): FakeTrade => {
  return { tradeId, eventTime: START + ms, price, size };
};
const TRADES = [
  trade(1, 10, 100),
  trade(2, 59_999, 101, 2),
  trade(3, 60_000, 99, 0.5),
  trade(4, 180_000, 103),
  trade(5, 180_500, 104, 3),
  trade(6, 200_000, 102),
];

/** Rows of klines as `[minute, o, h, l, c, v, trades]`. */
async function klines(url: string, query: string) {
  const rows = (await (await fetch(`${url}/api/v3/klines?symbol=BTCUSDT&interval=1m${query}`)).json()) as string[][];
  return rows.map(([time, o, h, l, c, v, , , n]) => [
    (Number(time) - START) / MINUTE,
    ...[o, h, l, c, v, n].map(Number),
  ]);
}

test('klines are what has traded by its clock, with rows for silent minutes and one that still grows', async (t) => {
  const fake = await startFakeBinance(t, { now: START + 180_499, trades: { BTCUSDT: TRADES } });
  const first = [
    [0, 100, 101, 100, 101, 3, 2],
    [1, 99, 99, 99, 99, 0.5, 1],
    [2, 99, 99, 99, 99, 0, 0],
  ];
  assert.deepEqual(await klines(fake.url, ''), [...first, [3, 103, 103, 103, 103, 1, 1]]);
  fake.now = START + 240_000;
  assert.deepEqual(await klines(fake.url, `&startTime=${START}`), [
    ...first,
    [3, 103, 104, 102, 102, 5, 3],
    [4, 102, 102, 102, 102, 0, 0],
  ]);
  assert.deepEqual(await klines(fake.url, `&startTime=${START + 1}&endTime=${START + 2 * MINUTE}`), first.slice(1));
  assert.deepEqual(await klines(fake.url, `&startTime=${START}&limit=2`), first.slice(0, 2));
  fake.trade('BTCUSDT', trade(7, 130_000, 90, 4));
  assert.deepEqual((await klines(fake.url, ''))[2], [2, 90, 90, 90, 90, 4, 1]);
});

test('aggTrades are the same trades, by time or by id', async (t) => {
  const fake = await startFakeBinance(t, { now: START + 180_000, trades: { BTCUSDT: TRADES } });
  const ids = async (query: string) => {
    const answer = await fetch(`${fake.url}/api/v3/aggTrades?symbol=BTCUSDT${query}`);
    return ((await answer.json()) as { a: number }[]).map(({ a }) => a);
  };
  assert.deepEqual(await ids(''), [1, 2, 3, 4]);
  assert.deepEqual(await ids('&fromId=2&limit=2'), [2, 3]);
  assert.deepEqual(await ids(`&startTime=${START + 59_999}&endTime=${START + 60_000}`), [2, 3]);
});

test('with a clock that runs the same trades are told live, none twice, and history has them', async () => {
  let now = START;
  const fake = await openFakeBinance({ now: () => now, trades: { BTCUSDT: TRADES } });
  const provider = createBinance({ baseUrl: fake.url, wsUrl: fake.sockets.url, clock: () => now });
  const { live } = provider;
  assert.ok(live !== undefined);
  const heard = whatIsHeard(live);
  const connection = await live.connect(heard.listener, signal);
  connection.subscribe([BTC]);
  await until(() => fake.subscribed().size === 1, 'a subscription');
  for (const ms of [10, 60_000, 60_001, 180_500, 300_000]) {
    now = START + ms;
    await heard(TRADES.filter(({ eventTime }) => eventTime <= now).length);
  }
  assert.deepEqual(
    heard.trades.map(({ tradeId, eventTime, price, size }) => ({ tradeId, eventTime, price, size })),
    TRADES,
  );
  const range = { from: epochMs(START), to: epochMs(START + 5 * MINUTE) };
  const pages = await collect(provider.fetchBars({ ...BTC, interval: '1m', range, now, signal }));
  assert.deepEqual(
    pages.flatMap(({ columns }) => barsOf(columns)).map(({ close, volume }) => [close, volume]),
    [
      [101, 3],
      [99, 0.5],
      [102, 5],
    ],
  );
  await provider.close();
  fake.close();
});
