import type { TestContext } from 'node:test';
import { barInterval, fixedStepMs } from '../../../src/market/index.ts';
import { jsonAnswer, startFakeServer, type FakeRequest } from '../fake-vendor/fake-server.ts';
import { fakeVendor, isLost, shownBars, type FakeVendor, type FakeWorld } from '../fake-vendor/fake-vendor.ts';
import type { FakeAnswer } from '../fake-vendor/faults.ts';
import type { FakeBar } from '../fake-vendor/made-bars.ts';

const INTERVALS = new Map([
  ['1m', 30],
  ['5m', 60],
  ['15m', 60],
  ['1h', 730],
  ['1d', Infinity],
]);
const DAY_MS = 86_400_000;
const LIVE_MS = 3_600_000;
const MOST_SILENT_MS = DAY_MS / 2;

export interface FakeYahooWorld extends FakeWorld {
  readonly splits?: Readonly<Record<string, object>>;
  readonly dividends?: Readonly<Record<string, object>>;
}

export interface FakeYahoo extends FakeVendor {
  /** Instead of what its answers really say of themselves. */
  meta: Readonly<Record<string, unknown>>;
  /** UTC epoch ms of the last trade; default: now. */
  lastTradeAt: number | undefined;
}

/** What it answers for, all with the same bars. */
const KNOWN = new Set(['AAPL', 'BRK-B', '^GSPC']);

/** Yahoo's chart; rows of null where nothing traded for less than a day, and a live row at the end. */
export async function startFakeYahoo(t: TestContext, world: FakeYahooWorld): Promise<FakeYahoo> {
  const answer = (request: FakeRequest): FakeAnswer => chart(request, fake, world);
  const server = fakeVendor(await startFakeServer(t, { now: world.now, answer }));
  const fake: FakeYahoo = Object.assign(server, { meta: {}, lastTradeAt: undefined });
  return fake;
}

function chart({ url, headers }: FakeRequest, fake: FakeYahoo, world: FakeYahooWorld): FakeAnswer {
  const symbol = decodeURIComponent(/^\/v8\/finance\/chart\/([^/]+)$/.exec(url.pathname)?.[1] ?? '');
  const params = url.searchParams;
  const interval = params.get('interval') ?? '';
  const [from, to] = ['period1', 'period2'].map((key) => Number(params.get(key) ?? 'NaN') * 1_000);
  // By what a client calls itself; how long is not told.
  if (!headers['user-agent']?.includes('Chrome')) return { status: 429, body: 'Too Many Requests' };
  if (!KNOWN.has(symbol)) return refusal(404, 'Not Found', 'No data found, symbol may be delisted');
  const reachDays = INTERVALS.get(interval);
  if (reachDays === undefined || !(from < to)) return refusal(400, 'Bad Request', 'Invalid input');
  if (from < fake.now - reachDays * DAY_MS || (interval === '1m' && to - from > 8 * DAY_MS))
    return refusal(422, 'Unprocessable Entity', `${interval} data not available for startTime=${from / 1_000}`);

  const stepMs = fixedStepMs(barInterval(interval)) ?? 0;
  const lastTradeAt = Math.floor((fake.lastTradeAt ?? fake.now) / 1_000) * 1_000;
  const inside = shownBars(world, fake, stepMs).filter(({ openTime }) => openTime >= from && openTime < to);
  const bars = fake.tamper(inside);
  const silent = interval === '1d' ? [] : silentRows(world, fake, { from, to, stepMs });
  const told = new Set(bars.map(({ openTime }) => openTime));
  const rows: Row[] = [...bars, ...silent.filter(({ openTime }) => !told.has(openTime))];
  const live = world.bars.at(-1);
  // The live row comes with anything that reaches near the last trade, even past period2.
  if (live !== undefined && to > lastTradeAt - LIVE_MS && from < lastTradeAt)
    rows.push({ ...live, openTime: lastTradeAt, volume: 0 });

  const meta = {
    currency: 'USD',
    symbol: fake.namesInstead ?? symbol,
    exchangeName: 'NMS',
    instrumentType: 'EQUITY',
    longName: 'Apple Inc.',
    regularMarketTime: lastTradeAt / 1_000,
    gmtoffset: -18_000,
    exchangeTimezoneName: 'America/New_York',
    dataGranularity: interval,
    ...fake.meta,
  };
  const { splits, dividends } = world;
  const events = splits === undefined && dividends === undefined ? undefined : { splits, dividends };
  return jsonAnswer({ chart: { error: null, result: [{ meta, events, ...columnsOf(rows) }] } });
}

type Row = FakeBar | { readonly openTime: number };

/** Where nothing traded between two bars of a day. */
function silentRows(
  { bars }: FakeYahooWorld,
  fake: FakeYahoo,
  { from, to, stepMs }: { readonly from: number; readonly to: number; readonly stepMs: number },
): Row[] {
  const rows: Row[] = [];
  for (const [index, { openTime: next }] of bars.entries()) {
    const before = bars[index - 1]?.openTime ?? next;
    if (next < from || before >= to || next - before > MOST_SILENT_MS) continue;
    for (let openTime = before + stepMs; openTime < next; openTime += stepMs)
      if (openTime >= from && openTime < to && openTime <= fake.now && !isLost(fake, openTime)) rows.push({ openTime });
  }
  return rows;
}

function columnsOf(rows: readonly Row[]) {
  if (rows.length === 0) return { indicators: { quote: [{}], adjclose: [{}] } };
  const column = (name: 'open' | 'high' | 'low' | 'close' | 'volume') =>
    rows.map((row) => ('open' in row ? row[name] : null));
  const quote = {
    open: column('open'),
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
  return {
    timestamp: rows.map(({ openTime }) => openTime / 1_000),
    indicators: { quote: [quote], adjclose: [{ adjclose: quote.close }] },
  };
}

function refusal(status: number, code: string, description: string): FakeAnswer {
  return jsonAnswer({ chart: { result: null, error: { code, description } } }, status);
}
