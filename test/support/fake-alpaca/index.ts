import type { TestContext } from 'node:test';
import { isoOfEpochMs } from '../../../src/market/index.ts';
import { jsonAnswer, startFakeServer, type FakeRequest } from '../fake-vendor/fake-server.ts';
import { fakeVendor, shownBars, type FakeVendor, type FakeWorld } from '../fake-vendor/fake-vendor.ts';
import type { FakeAnswer } from '../fake-vendor/faults.ts';
import { openFakeStreams, type FakeStreams } from './streams.ts';

export const ALPACA_KEY = 'PKFAKEKEY';
export const ALPACA_SECRET = 'fake/secret+value';
const KNOWN = new Set(['AAPL', 'MSFT', 'BTC/USD']);
const TIMEFRAME_MS = new Map([
  ['1Min', 60_000],
  ['1Hour', 3_600_000],
  ['1Day', 86_400_000],
]);
const COMMON = ['symbols', 'timeframe', 'start', 'end', 'limit', 'page_token', 'sort'];
const HELD_BACK_MS = 15 * 60_000;
const RFC_3339 = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?Z)?$/;

export interface FakeAlpacaWorld extends FakeWorld {
  /** Pages of the answer about corporate actions. */
  readonly actions?: readonly Readonly<Record<string, readonly object[]>>[];
  /** How long a client may take to say who it is, ms. */
  readonly authMs?: number;
}

export interface FakeAlpaca extends FakeVendor, FakeStreams {
  /** Rows a page has at most, fewer than the limit, as happens there. */
  pageRows: number;
  /** The first page is empty and leads to another one. */
  beginsEmpty: boolean;
  /** Every page leads to itself. */
  isEndless: boolean;
  /** The account pays nothing: of all exchanges it gets nothing of the last 15 minutes. */
  isFreePlan: boolean;
  /** Those without a latest bar, as of thin, delisted and OTC stocks. */
  withoutLatest: ReadonlySet<string>;
}

/** Alpaca with the stocks `AAPL` and `MSFT`, whose bars are the same, and one pair, `BTC/USD`. */
export async function startFakeAlpaca(t: TestContext, world: FakeAlpacaWorld): Promise<FakeAlpaca> {
  const server = await startFakeServer(t, {
    now: world.now,
    answer: (request): FakeAnswer => answer(request, fake, world),
  });
  const streams = openFakeStreams(server, { [ALPACA_KEY]: ALPACA_SECRET }, world.authMs ?? 10_000);
  t.after(() => streams.sockets.close());
  const flags = {
    pageRows: 1_000,
    beginsEmpty: false,
    isEndless: false,
    isFreePlan: false,
    withoutLatest: new Set<string>(),
  };
  const fake: FakeAlpaca = Object.assign(fakeVendor(server), streams, flags);
  return fake;
}

function answer(request: FakeRequest, fake: FakeAlpaca, world: FakeAlpacaWorld): FakeAnswer {
  const { url, headers } = request;
  const isCrypto = url.pathname.startsWith('/v1beta3/crypto/us/');
  const hasKeys = headers['apca-api-key-id'] === ALPACA_KEY && headers['apca-api-secret-key'] === ALPACA_SECRET;
  if (!isCrypto && !hasKeys) return refusal(403, `forbidden for ${headers['apca-api-secret-key']?.toString()}`);
  if (!isCrypto && fake.isFreePlan && isTooRecent(url, fake.now))
    return refusal(403, 'subscription does not permit querying recent SIP data');
  switch (url.pathname) {
    case '/v2/stocks/bars':
      return bars(request, fake, world, new Set([...COMMON, 'adjustment', 'feed', 'asof', 'currency']));
    case '/v1beta3/crypto/us/bars':
      return bars(request, fake, world, new Set(COMMON));
    case '/v2/stocks/bars/latest':
    case '/v1beta3/crypto/us/latest/bars': {
      const asked = (url.searchParams.get('symbols') ?? '').split(',');
      const malformed = asked.find((symbol) => !/^[A-Z0-9./]+$/.test(symbol));
      if (malformed !== undefined) return refusal(400, `invalid symbol: ${malformed}`);
      const latest = { t: '2026-01-05T14:30:00Z', c: 1 };
      const known = asked.filter(
        (symbol) => KNOWN.has(symbol) && symbol.includes('/') === isCrypto && !fake.withoutLatest.has(symbol),
      );
      return jsonAnswer({ bars: Object.fromEntries(known.map((symbol) => [symbol, latest])) });
    }
    case '/v1/corporate-actions':
      return actions(request, world);
    default:
      return refusal(404, 'endpoint not found.');
  }
}

/** `latest` of a free plan is IEX's, unless all exchanges are asked for by name. */
function isTooRecent({ pathname, searchParams }: URL, now: number): boolean {
  const feed = searchParams.get('feed');
  if (pathname === '/v2/stocks/bars/latest') return feed === 'sip';
  if (pathname !== '/v2/stocks/bars' || (feed !== null && feed !== 'sip')) return false;
  return Date.parse(searchParams.get('end') ?? new Date(now).toISOString()) > now - HELD_BACK_MS;
}

function bars({ url }: FakeRequest, fake: FakeAlpaca, world: FakeWorld, allowed: ReadonlySet<string>): FakeAnswer {
  const params = url.searchParams;
  for (const key of params.keys()) if (!allowed.has(key)) return refusal(400, `unexpected query parameter(s): ${key}`);
  const symbol = params.get('symbols') ?? '';
  const stepMs = TIMEFRAME_MS.get(params.get('timeframe') ?? '');
  if (stepMs === undefined) return refusal(400, `invalid timeframe: ${params.get('timeframe')}`);
  for (const key of ['start', 'end'])
    if (!RFC_3339.test(params.get(key) ?? '2026-01-05')) return refusal(400, `Invalid format for parameter ${key}`);
  const limit = Number(params.get('limit') ?? 1_000);
  if (!(limit >= 1 && limit <= 10_000)) return refusal(400, `invalid limit: ${limit}`);
  const token = params.get('page_token');
  const skipped = token === null ? 0 : Number(/^p(\d+)$/.exec(token)?.[1] ?? 'NaN');
  if (Number.isNaN(skipped)) return refusal(400, 'invalid page_token');
  if (fake.beginsEmpty && token === null) return page({}, 'p0');

  const [from, to] = ['start', 'end'].map((key) => Date.parse(params.get(key) ?? ''));
  const all = shownBars(world, fake, stepMs).filter(({ openTime }) => openTime >= from && openTime <= to);
  const end = skipped + Math.min(limit, fake.pageRows);
  const rows = fake.tamper(all.slice(skipped, end)).map(({ openTime, open, high, low, close, volume, ...bar }) => {
    const n = bar.trades ?? (volume === 0 ? 0 : 3);
    const vw = bar.turnover === undefined ? open : bar.turnover / volume;
    return { t: isoOfEpochMs(openTime), o: open, h: high, l: low, c: close, v: volume, n, vw };
  });
  const next = end < all.length ? `p${end}` : null;
  return page(
    KNOWN.has(symbol) && rows.length > 0 ? { [fake.namesInstead ?? symbol]: rows } : {},
    fake.isEndless ? 'p0' : next,
  );
}

function page(bars: object, next_page_token: string | null): FakeAnswer {
  return jsonAnswer({ bars, next_page_token });
}

function actions({ url }: FakeRequest, { actions = [{}] }: FakeAlpacaWorld): FakeAnswer {
  for (const key of ['start', 'end'])
    if (!/^\d{4}-\d\d-\d\d$/.test(url.searchParams.get(key) ?? '')) return refusal(400, `invalid ${key}`);
  const index = Number(url.searchParams.get('page_token') ?? 0);
  const next_page_token = index + 1 < actions.length ? String(index + 1) : null;
  return jsonAnswer({ corporate_actions: actions[index], next_page_token });
}

function refusal(status: number, message: string): FakeAnswer {
  return jsonAnswer({ message }, status);
}
