import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { minuteBars } from '../../../test/support/minute-bars.ts';
import { manualClock } from '../../../test/support/manual-clock.ts';
import { barsOf, epochMs, instrumentId, type Bar, type QuoteUpdate, type Trade } from '../../market/index.ts';
import type { LiveListener, MarketDataProvider } from '../contract/index.ts';
import { createSimulated } from './index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 14, 30);
const A = { instrumentId: instrumentId('SIM:A'), symbol: undefined };
const B = { instrumentId: instrumentId('SIM:B'), symbol: undefined };
const { signal } = new AbortController();

async function history(provider: MarketDataProvider, from: number, to: number, of = A): Promise<Bar[]> {
  const range = { from: epochMs(from), to: epochMs(to) };
  const bars: Bar[] = [];
  for await (const { columns } of provider.fetchBars({ ...of, interval: '1m', range, now: to, signal }))
    bars.push(...barsOf(columns));
  return bars;
}

async function aConnection(now: number) {
  const clock = manualClock(now);
  const provider = createSimulated({ clock: clock.now, timer: clock.timer });
  const trades: Trade[] = [];
  const quotes: QuoteUpdate[] = [];
  const subscribed: string[] = [];
  let heard = 0;
  const never = (): never => assert.fail('a market that is made up neither refuses nor corrects');
  const listener: LiveListener = {
    onSubscribed: (id) => void subscribed.push(id),
    onTrade: (trade) => void trades.push(trade),
    onQuote: (update) => void quotes.push(update),
    onHeard: () => void heard++,
    onRefused: never,
    onCorrected: never,
  };
  assert.ok(provider.live !== undefined);
  const connection = await provider.live.connect(listener, signal);
  return { clock, provider, trades, quotes, subscribed, heard: () => heard, connection };
}

test('the trades of a minute make its bar, to the last cent and unit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -2e6, max: 6e7 }), fc.stringMatching(/^[A-Z]{1,5}$/), async (minute, symbol) => {
      const from = minute * MINUTE;
      const instrument = { instrumentId: instrumentId(`SIM:${symbol}`), symbol: undefined };
      const { clock, trades, connection, provider } = await aConnection(from);
      connection.subscribe([instrument]);
      clock.pass(3 * MINUTE);
      await connection.close();
      const whole = trades.filter(({ eventTime }) => eventTime < from + 3 * MINUTE);
      assert.deepEqual(minuteBars(whole), await history(provider, from, from + 3 * MINUTE, instrument));
    }),
    { numRuns: 200 },
  );
});

test('trades come at their time, each once, with numbers that rise and are the same for whoever listens', async () => {
  const first = await aConnection(START + 1);
  const second = await aConnection(START + 1);
  first.connection.subscribe([A, B]);
  first.connection.subscribe([A]);
  second.connection.subscribe([A]);
  for (let passed = 0; passed < 10 * MINUTE; passed += 700) {
    first.clock.pass(700);
    for (const { eventTime } of first.trades.splice(0, first.trades.length - 2))
      assert.ok(eventTime <= first.clock.now() && eventTime > START);
  }
  second.clock.pass(10 * MINUTE);
  const ids = second.trades.map(({ tradeId }) => Number(tradeId));
  assert.equal(ids.length, 10 * 13);
  assert.ok(ids.every((id, at) => at === 0 || id === ids[at - 1] + 1));
  assert.ok(second.trades.every(({ size, price }) => size >= 1 && Number.isInteger(size) && price > 0));
  const [last] = first.trades.filter(({ instrumentId: id }) => id === 'SIM:A').slice(-1);
  assert.deepEqual(
    last,
    second.trades.find(({ tradeId }) => tradeId === last.tradeId),
  );
  for (const { connection } of [first, second]) await connection.close();
});

test('the side is that of the move, and bid and ask lie around the price', async () => {
  const { clock, trades, quotes, connection } = await aConnection(START);
  connection.subscribe([A]);
  clock.pass(60 * MINUTE);
  await connection.close();
  assert.equal(quotes.length, trades.length);
  const sides = new Set(trades.map(({ side }) => side));
  assert.deepEqual(sides, new Set(['buy', 'sell']));
  for (const [at, { price, side, eventTime }] of trades.entries()) {
    const { bid = NaN, ask = NaN } = quotes[at];
    assert.ok(bid < price && price < ask);
    assert.equal(quotes[at].eventTime, eventTime);
    const before = trades[at - 1]?.price ?? price;
    if (price !== before) assert.equal(side, price < before ? 'sell' : 'buy');
  }
});

test('with nothing subscribed it is still heard, and what is left is heard no more', async () => {
  const { clock, trades, heard, connection } = await aConnection(START);
  clock.pass(MINUTE);
  assert.ok(heard() >= 12);
  connection.subscribe([A, B]);
  connection.unsubscribe([A.instrumentId]);
  clock.pass(MINUTE);
  assert.deepEqual(new Set(trades.map(({ instrumentId: id }) => id)), new Set(['SIM:B']));
  const closing = connection.close();
  const count = [trades.length, heard()];
  clock.pass(MINUTE);
  await closing;
  assert.deepEqual([trades.length, heard()], count);
  assert.deepEqual(await connection.ended, { kind: 'closed', error: undefined });
});

test('that it is subscribed is told at once, again only when it was left, and never after the end', async () => {
  const { connection, subscribed } = await aConnection(START);
  connection.subscribe([A, B]);
  connection.subscribe([A]);
  assert.deepEqual(subscribed, ['SIM:A', 'SIM:B']);
  connection.unsubscribe([A.instrumentId]);
  connection.subscribe([A, B]);
  assert.deepEqual(subscribed, ['SIM:A', 'SIM:B', 'SIM:A']);
  await connection.close();
  connection.unsubscribe([A.instrumentId]);
  connection.subscribe([A]);
  assert.equal(subscribed.length, 3);
});

test('a clock that went on without it ends the connection as lost, and nothing is played late', async () => {
  let now = START;
  let ring: () => void = () => assert.fail('no timer is set');
  const timer = (_delayMs: number, callback: () => void) => {
    ring = callback;
    return () => undefined;
  };
  const { live } = createSimulated({ clock: () => now, timer });
  const trades: Trade[] = [];
  const ignored = (): void => undefined;
  const listener = {
    onSubscribed: ignored,
    onQuote: ignored,
    onHeard: ignored,
    onRefused: ignored,
    onCorrected: ignored,
  };
  const connection = await live?.connect({ ...listener, onTrade: (trade) => void trades.push(trade) }, signal);
  connection?.subscribe([A]);
  now += 30_000;
  ring();
  const played = trades.length;
  assert.equal(played, 7);
  now += 10 * MINUTE;
  ring();
  const end = await connection?.ended;
  assert.deepEqual([end?.kind, end?.error?.code, trades.length], ['lost', 'PROVIDER_UNAVAILABLE', played]);
});

test('history is the same however it is asked for', async () => {
  const provider = createSimulated({ clock: () => START });
  const whole = await history(provider, START, START + 100 * MINUTE);
  const parts = await Promise.all(
    [0, 30, 60].map((at) => history(provider, START + at * MINUTE, START + (at + (at === 60 ? 40 : 30)) * MINUTE)),
  );
  assert.deepEqual(parts.flat(), whole);
  assert.equal(whole.length, 100);
  for (const [at, { open }] of whole.entries()) if (at > 0) assert.equal(open, whole[at - 1].close);
});

test('while a long history is made up, others have their turn', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const bars = await history(createSimulated({ clock: () => START }), START - 10_000 * MINUTE, START);
  isOver = true;
  assert.equal(bars.length, 10_000);
  assert.ok(turns >= 10, `${turns} turns`);
});
