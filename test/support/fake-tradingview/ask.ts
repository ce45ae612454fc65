import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { barsOf, epochMs, instrumentId, type Bar, type BarInterval } from '../../../src/market/index.ts';
import { ProviderError, type ErrorCode } from '../../../src/platform/errors/index.ts';
import type { BarsRequest, MarketDataProvider } from '../../../src/providers/contract/index.ts';
import { createTradingView, type TradingViewOptions } from '../../../src/providers/tradingview/index.ts';
import type { FakeTradingView } from './fake-tradingview.ts';

/** A provider of the fake server, closed with the test. Its deadlines are long enough for a busy machine. */
export function aTradingView(
  t: TestContext,
  fake: Pick<FakeTradingView, 'wsUrl' | 'searchUrl'>,
  { limits, ...changes }: Partial<TradingViewOptions> = {},
): MarketDataProvider {
  const { wsUrl, searchUrl } = fake;
  const clock = (): number => 0; // nothing but a Retry-After date may depend on it
  const provider = createTradingView({ wsUrl, searchUrl, clock, limits: { idleMs: 5_000, ...limits }, ...changes });
  t.after(() => provider.close());
  return provider;
}

export interface Asked {
  readonly id?: string;
  readonly symbol?: string;
  readonly interval?: BarInterval;
  /** Epoch s. */
  readonly from: number;
  readonly to: number;
  /** Epoch ms; the server's clock is not meant. */
  readonly now?: number;
  readonly signal?: AbortSignal;
}

export function requestOf({ id = 'TEST:ABC', symbol, interval = '1m', from, to, now, signal }: Asked): BarsRequest {
  return {
    instrumentId: instrumentId(id),
    symbol,
    interval,
    range: { from: epochMs(from * 1_000), to: epochMs(to * 1_000) },
    now: now ?? 4_000_000_000_000,
    signal: signal ?? new AbortController().signal,
  };
}

export interface Fetched {
  /** Ascending. */
  readonly bars: readonly Bar[];
  /** `[from, to]` in epoch s, as they came, touching ones as one. */
  readonly covered: readonly (readonly [number, number])[];
  readonly pages: number;
  readonly error: unknown;
}

/** Everything a fetch yields, checked against what every page promises. */
export async function fetched(provider: MarketDataProvider, asked: Asked): Promise<Fetched> {
  const request = requestOf(asked);
  const bars: Bar[] = [];
  const covered: [number, number][] = [];
  let pages = 0;
  let error: unknown;
  try {
    for await (const page of provider.fetchBars(request)) {
      const { from, to } = page.covered;
      assert.ok(request.range.from <= from && from < to && to <= request.range.to, 'covered lies in the range');
      const found = barsOf(page.columns);
      assert.ok(
        found.every(({ openTime }) => from <= openTime && openTime < to),
        'bars lie in covered',
      );
      assert.ok(
        found.every(({ openTime }, i) => i === 0 || found[i - 1].openTime <= openTime),
        'bars ascend',
      );
      bars.push(...found);
      pages++;
      const last = covered.at(-1);
      if (last !== undefined && last[0] === to / 1_000) last[0] = from / 1_000;
      else covered.push([from / 1_000, to / 1_000]);
    }
  } catch (thrown) {
    error = thrown;
  }
  return { bars: bars.sort((a, b) => a.openTime - b.openTime), covered, pages, error };
}

/** The code of what a fetch ended with. */
export function codeOf(error: unknown): ErrorCode | undefined {
  if (error === undefined) return undefined;
  assert.ok(error instanceof ProviderError, error instanceof Error ? error : 'a ProviderError');
  return error.code;
}

/** Epoch s of ISO text. */
export function seconds(text: string): number {
  return Date.parse(text) / 1_000;
}
