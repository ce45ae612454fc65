import type { TestContext } from 'node:test';
import { barInterval, closeTimeOf, openTimeAt, type BarInterval } from '../../../src/market/index.ts';
import type { FakeTrade } from '../fake-vendor/fake-live.ts';
import { jsonAnswer, openFakeServer, type FakeRequest } from '../fake-vendor/fake-server.ts';
import { fakeVendor, isLost, shownBars, type FakeVendor } from '../fake-vendor/fake-vendor.ts';
import type { FakeAnswer } from '../fake-vendor/faults.ts';
import type { FakeBar } from '../fake-vendor/made-bars.ts';
import { openFakeStreams, type FakeStreams } from './streams.ts';
import { tradeHistory, type TradeHistory } from './trade-history.ts';

const KNOWN = 'BTCUSDT';
const MOST_ROWS = 1_000;
const FUTURES_LIST = /^\/[fd]api\/v1\/exchangeInfo$/;
const PLAY_MS = 5;
const KLINE_PARAMS = new Set(['symbol', 'interval', 'startTime', 'endTime', 'limit']);
const TRADE_PARAMS = new Set(['symbol', 'fromId', 'startTime', 'endTime', 'limit']);

export const BINANCE_SYMBOLS = [
  symbol('BTC', 'USDT', '0.01000000'),
  symbol('ETH', 'BTC', '0.00001000'),
  { ...symbol('币安人生', 'USDT', '0.00010000'), status: 'BREAK' },
];

export interface FakeBinanceWorld {
  /** Where its clock stands, or a clock that runs. */
  readonly now: number | (() => number);
  /** Klines of `BTCUSDT`. */
  readonly bars?: readonly FakeBar[];
  /**
   * In place of bars, by symbol: klines and aggTrades are made of those that have happened by its clock, and the rest
   * are told live as it passes them.
   */
  readonly trades?: Readonly<Record<string, readonly FakeTrade[]>>;
}

export interface FakeBinance extends FakeVendor, FakeStreams {
  /** Tells live what has happened since the last time; a clock that runs needs no call. */
  play(): void;
}

/** Binance, until the test ends. */
export async function startFakeBinance(t: TestContext, world: FakeBinanceWorld): Promise<FakeBinance> {
  const fake = await openFakeBinance(world);
  t.after(() => fake.close());
  return fake;
}

/**
 * Binance spot with the symbol `BTCUSDT`, or those of its trades, until it is closed. Intervals without a trade are
 * rows of volume 0, as there; futures are not for everyone.
 */
export async function openFakeBinance(world: FakeBinanceWorld): Promise<FakeBinance> {
  const histories = new Map(Object.entries(world.trades ?? {}).map(([symbol, all]) => [symbol, tradeHistory(all)]));
  const server = await openFakeServer({
    now: world.now,
    answer: (request) => {
      const { pathname, searchParams } = request.url;
      const history = histories.get(searchParams.get('symbol') ?? '');
      if (pathname === '/api/v3/klines') return klines(request, fake, history ?? world.bars ?? []);
      if (pathname === '/api/v3/aggTrades') return aggTrades(request, fake, history ?? tradeHistory());
      if (pathname === '/api/v3/exchangeInfo') return exchangeInfo(request);
      if (FUTURES_LIST.test(pathname)) return restricted();
      return { status: 404, body: '' };
    },
  });
  const streams = openFakeStreams(server);
  const closeServer = server.close;
  let played = server.now;

  function play(): void {
    const { now } = server;
    for (const [symbol, history] of histories)
      for (const trade of history.between(played + 1, now + 1)) streams.trade(symbol, trade);
    played = now;
  }

  const player = typeof world.now === 'function' ? setInterval(play, PLAY_MS) : undefined;
  const fake: FakeBinance = Object.assign(fakeVendor(server), streams, {
    play,
    trade(symbol: string, trade: FakeTrade) {
      histories.get(symbol)?.add(trade);
      streams.trade(symbol, trade);
    },
    close() {
      clearInterval(player);
      streams.sockets.close();
      closeServer();
    },
  });
  return fake;
}

function refusedParams({ searchParams }: URL, allowed: ReadonlySet<string>, mandatory: readonly string[]) {
  for (const key of searchParams.keys())
    if (!allowed.has(key)) return refusal(-1104, `Not all sent parameters were read; unknown '${key}'.`);
  for (const key of mandatory)
    if (!searchParams.has(key))
      return refusal(-1102, `Mandatory parameter '${key}' was not sent, was empty/null, or malformed.`);
  for (const key of ['startTime', 'endTime', 'limit', 'fromId'])
    if (!/^\d{1,19}$/.test(searchParams.get(key) ?? '0'))
      return refusal(-1100, `Illegal characters found in parameter '${key}'.`);
  return undefined;
}

function rangeOf({ searchParams }: URL, now: number) {
  return {
    from: Number(searchParams.get('startTime') ?? 0),
    to: Number(searchParams.get('endTime') ?? now),
    limit: Math.min(Number(searchParams.get('limit') ?? 500), MOST_ROWS),
  };
}

function klines({ url }: FakeRequest, fake: FakeVendor, known: readonly FakeBar[] | TradeHistory): FakeAnswer {
  const refused = refusedParams(url, KLINE_PARAMS, ['symbol', 'interval']);
  if (refused !== undefined) return refused;
  if (!('klines' in known) && url.searchParams.get('symbol') !== KNOWN) return refusal(-1121, 'Invalid symbol.');
  let interval: BarInterval;
  try {
    interval = barInterval(url.searchParams.get('interval') ?? '');
  } catch {
    return refusal(-1120, 'Invalid interval.');
  }
  const { from, to, limit } = rangeOf(url, fake.now);
  const { now } = fake;
  const bars = 'klines' in known ? known.klines({ interval, from, to, limit, now }) : shown(known);
  return {
    ...jsonAnswer(fake.tamper(bars).map((bar) => rowOf(bar, interval))),
    headers: { 'x-mbx-used-weight-1m': '2' },
  };

  function shown(all: readonly FakeBar[]): FakeBar[] {
    const stepMs = closeTimeOf(openTimeAt(from, interval), interval) - openTimeAt(from, interval);
    const kept = fake.lost.length === 0 ? all : all.filter(({ openTime }) => !isLost(fake, openTime));
    const bars = barsAround(kept, from, to, limit);
    return withFillers(shownBars({ bars, now }, fake, stepMs), interval)
      .filter(({ openTime }) => openTime >= from && openTime <= to && !isLost(fake, openTime))
      .slice(0, limit);
  }
}

/** Each trade is an aggregate of its own. */
function aggTrades({ url }: FakeRequest, fake: FakeVendor, history: TradeHistory): FakeAnswer {
  const refused = refusedParams(url, TRADE_PARAMS, ['symbol']);
  if (refused !== undefined) return refused;
  const { from, to, limit } = rangeOf(url, fake.now);
  const fromId = Number(url.searchParams.get('fromId') ?? 0);
  const rows = history
    .between(from, Math.min(to, fake.now) + 1)
    .filter(({ tradeId }) => tradeId >= fromId)
    .slice(0, limit)
    .map(({ tradeId: id, price, size, eventTime, side = 'buy' }) => {
      return {
        a: id,
        p: price.toFixed(8),
        q: size.toFixed(8),
        f: id,
        l: id,
        T: eventTime,
        m: side === 'sell',
        M: true,
      };
    });
  return { ...jsonAnswer(rows), headers: { 'x-mbx-used-weight-1m': '4' } };
}

/** What is needed for `limit` rows of a range: also the bar before it and the one after, between which there may be fillers. */
function barsAround(bars: readonly FakeBar[], from: number, to: number, limit: number): readonly FakeBar[] {
  let first = 0;
  for (let end = bars.length; first < end;) {
    const middle = (first + end) >> 1;
    if (bars[middle].openTime < from) first = middle + 1;
    else end = middle;
  }
  const around = bars.slice(Math.max(0, first - 1), first + limit + 1);
  const after = around.findIndex(({ openTime }) => openTime > to);
  return after === -1 ? around : around.slice(0, after + 1);
}

function withFillers(bars: readonly FakeBar[], interval: BarInterval): FakeBar[] {
  return bars.flatMap((bar, index) => {
    const rows = [bar];
    const price = bar.close ?? 0;
    const next = bars[index + 1]?.openTime ?? 0;
    for (let time = closeTimeOf(bar.openTime, interval); time < next; time = closeTimeOf(time, interval))
      rows.push({ openTime: time, open: price, high: price, low: price, close: price, volume: 0 });
    return rows;
  });
}

function rowOf({ openTime, open, high, low, close, volume, ...bar }: FakeBar, interval: BarInterval): unknown[] {
  const text = (value: number | null) => (value === null ? null : value.toFixed(8));
  const closeTime = closeTimeOf(openTimeAt(openTime, interval), interval) - 1;
  const { trades = volume === 0 ? 0 : 3, turnover = 1.5 } = bar;
  const [o, h, l, c, v, q] = [open, high, low, close, volume, turnover].map(text);
  return [openTime, o, h, l, c, v, closeTime, q, trades, '0.5', '0.7', '0'];
}

function exchangeInfo({ url }: FakeRequest): FakeAnswer {
  const wanted = url.searchParams.get('symbol');
  const symbols = BINANCE_SYMBOLS.filter(({ symbol }) => wanted === null || wanted === symbol);
  if (symbols.length === 0) return refusal(-1121, 'Invalid symbol.');
  return jsonAnswer({ timezone: 'UTC', serverTime: 1, rateLimits: [], exchangeFilters: [], symbols });
}

function symbol(baseAsset: string, quoteAsset: string, tickSize: string) {
  const filters = [
    { filterType: 'LOT_SIZE', minQty: '0.1' },
    { filterType: 'PRICE_FILTER', tickSize },
  ];
  return { symbol: baseAsset + quoteAsset, status: 'TRADING', baseAsset, quoteAsset, filters, permissions: [] };
}

/** As in the countries where Binance does not serve futures. */
function restricted(): FakeAnswer {
  return jsonAnswer({ code: 0, msg: 'Service unavailable from a restricted location' }, 451);
}

function refusal(code: number, msg: string): FakeAnswer {
  return jsonAnswer({ code, msg }, 400);
}
