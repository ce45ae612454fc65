import type { TestContext } from 'node:test';
import { barInterval, closeTimeOf, openTimeAt, type BarInterval } from '../../../src/market/index.ts';
import { jsonAnswer, startFakeServer, type FakeRequest } from '../fake-vendor/fake-server.ts';
import { fakeVendor, shownBars, type FakeVendor, type FakeWorld } from '../fake-vendor/fake-vendor.ts';
import type { FakeAnswer } from '../fake-vendor/faults.ts';
import type { FakeBar } from '../fake-vendor/made-bars.ts';

const KNOWN = 'BTCUSDT';
const MOST_ROWS = 1_000;
const FUTURES_LIST = /^\/[fd]api\/v1\/exchangeInfo$/;
const PARAMS = new Set(['symbol', 'interval', 'startTime', 'endTime', 'limit']);

export const BINANCE_SYMBOLS = [
  symbol('BTC', 'USDT', '0.01000000'),
  symbol('ETH', 'BTC', '0.00001000'),
  { ...symbol('币安人生', 'USDT', '0.00010000'), status: 'BREAK' },
];

/** Binance spot with one symbol, `BTCUSDT`; intervals without a trade are rows of volume 0, as there; no futures. */
export async function startFakeBinance(t: TestContext, world: FakeWorld): Promise<FakeVendor> {
  const server = await startFakeServer(t, {
    now: world.now,
    answer: (request) => {
      if (request.url.pathname === '/api/v3/klines') return klines(request, fake, world);
      if (request.url.pathname === '/api/v3/exchangeInfo') return exchangeInfo(request);
      if (FUTURES_LIST.test(request.url.pathname)) return jsonAnswer({ symbols: [] });
      return { status: 404, body: '' };
    },
  });
  const fake = fakeVendor(server);
  return fake;
}

function klines({ url }: FakeRequest, fake: FakeVendor, world: FakeWorld): FakeAnswer {
  const params = url.searchParams;
  for (const key of params.keys())
    if (!PARAMS.has(key)) return refusal(-1104, `Not all sent parameters were read; unknown '${key}'.`);
  for (const key of ['symbol', 'interval'])
    if (!params.has(key))
      return refusal(-1102, `Mandatory parameter '${key}' was not sent, was empty/null, or malformed.`);
  for (const key of ['startTime', 'endTime', 'limit'])
    if (!/^\d{1,19}$/.test(params.get(key) ?? '0'))
      return refusal(-1100, `Illegal characters found in parameter '${key}'.`);
  if (params.get('symbol') !== KNOWN) return refusal(-1121, 'Invalid symbol.');
  let interval: BarInterval;
  try {
    interval = barInterval(params.get('interval') ?? '');
  } catch {
    return refusal(-1120, 'Invalid interval.');
  }
  const from = Number(params.get('startTime') ?? 0);
  const to = Number(params.get('endTime') ?? fake.now);
  const limit = Math.min(Number(params.get('limit') ?? 500), MOST_ROWS);
  const stepMs = closeTimeOf(openTimeAt(from, interval), interval) - openTimeAt(from, interval);
  const bars = barsAround(world.bars, from, to, limit);
  const rows = withFillers(shownBars({ ...world, bars }, fake, stepMs), interval)
    .filter(({ openTime }) => openTime >= from && openTime <= to)
    .slice(0, limit);
  return {
    ...jsonAnswer(fake.tamper(rows).map((bar) => rowOf(bar, interval))),
    headers: { 'x-mbx-used-weight-1m': '2' },
  };
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

function rowOf({ openTime, open, high, low, close, volume }: FakeBar, interval: BarInterval): unknown[] {
  const text = (value: number | null) => (value === null ? null : value.toFixed(8));
  const closeTime = closeTimeOf(openTimeAt(openTime, interval), interval) - 1;
  const trades = volume === 0 ? 0 : 3;
  const [o, h, l, c, v] = [open, high, low, close, volume].map(text);
  return [openTime, o, h, l, c, v, closeTime, '1.5', trades, '0.5', '0.7', '0'];
}

function exchangeInfo({ url }: FakeRequest): FakeAnswer {
  const wanted = url.searchParams.get('symbol');
  const symbols = BINANCE_SYMBOLS.filter(({ symbol }) => wanted === null || wanted === symbol);
  if (symbols.length === 0) return refusal(-1121, 'Invalid symbol.');
  return jsonAnswer({ timezone: 'UTC', serverTime: 1, rateLimits: [], exchangeFilters: [], symbols });
}

function symbol(baseAsset: string, quoteAsset: string, tickSize: string) {
  const filters = [{ filterType: 'LOT_SIZE', minQty: '0.1' }, { filterType: 'PRICE_FILTER', tickSize }]; // prettier-ignore
  return { symbol: baseAsset + quoteAsset, status: 'TRADING', baseAsset, quoteAsset, filters, permissions: [] };
}

function refusal(code: number, msg: string): FakeAnswer {
  return jsonAnswer({ code, msg }, 400);
}
