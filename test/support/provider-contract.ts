import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  answering,
  cutInside,
  gzipped,
  HTML,
  resetInside,
  rewriting,
  silent,
  trickling,
  type Fault,
} from './fake-vendor/faults.ts';
import type { FakeVendor, FakeWorld } from './fake-vendor/fake-vendor.ts';
import { madeBars, type FakeBar } from './fake-vendor/made-bars.ts';
import { skippingClock, type SkippingClock } from './skipping-clock.ts';
import { epochMs, isAligned, partsOutside, type Span, type TimeRange } from '../../src/market/index.ts';
import { ProviderError, type ErrorCode } from '../../src/platform/errors/index.ts';
import type { MarketDataProvider } from '../../src/providers/contract/market-data-provider.ts';
import type { RequestedInstrument } from '../../src/providers/contract/requested-instrument.ts';

const NOBODY = new AbortController().signal;
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 5, 14, 30);
const MINUTES = 12_000;
const NOW = START + MINUTES * MINUTE + 30_000;
const SILENT_HOUR = 3_000;
const isSilent = (index: number) => index % 5 === 3 || (index >= SILENT_HOUR && index < SILENT_HOUR + 60);
const BARS = madeBars({ interval: '1m', from: START, to: NOW, isSilent });

export interface ContractWorld extends FakeWorld {
  readonly clock: SkippingClock;
  /** To be handed to the provider, so that tests are quick. */
  readonly patience: { readonly attempts: number; readonly attemptMs: number };
}

export interface ProviderUnderTest {
  readonly provider: MarketDataProvider;
  readonly fake: FakeVendor;
  /** Whose bars the fake holds. */
  readonly instrument: RequestedInstrument;
  /** The vendor knows no such symbol. */
  readonly unknown: RequestedInstrument;
}

export interface ProviderTraits {
  /** Whether the vendor sends rows without a price where nothing traded. */
  readonly sendsNullPrices: boolean;
  /** Whether answers say whose bars they are. */
  readonly namesSymbol: boolean;
  /**
   * Whether a session that the vendor has lost looks otherwise than one in which nothing traded. If not, both are
   * claimed: a silence that is unusual is looked at again by the sync.
   */
  readonly tellsLoss?: boolean;
  /** Whether a 429 that names no time is told at once, as waiting for it takes too long. */
  readonly isBusyForLong?: boolean;
}

const minutes = (from: number, to: number): TimeRange => ({
  from: epochMs(START + from * MINUTE),
  to: epochMs(START + to * MINUTE),
});
const HOUR = minutes(0, 60);
const isInside =
  ({ from, to }: Span) =>
  (bar: FakeBar) =>
    bar.openTime >= from && bar.openTime < to;
const expectedIn = (range: TimeRange) => BARS.filter(isInside(range));
const indexOf = ({ openTime }: FakeBar): number => (openTime - START) / MINUTE;
const fillerAfter = ({ openTime, close }: FakeBar): FakeBar => {
  const price = close ?? NaN;
  return { openTime: openTime + MINUTE, open: price, high: price, low: price, close: price, volume: 0 };
};

/** What every vendor must do, through real sockets, against a server that speaks its protocol and misbehaves. */
export function testProvider(
  name: string,
  traits: ProviderTraits,
  make: (t: TestContext, world: ContractWorld) => Promise<ProviderUnderTest>,
): void {
  const check = (what: string, body: (world: Opened) => Promise<void>): void =>
    void test(`${name}: ${what}`, async (t) => {
      const clock = skippingClock(NOW);
      const patience = { attempts: 2, attemptMs: 500 };
      const made = await make(t, { bars: BARS, now: NOW, clock, patience });
      t.after(() => made.provider.close());
      await body({ ...made, clock, ...questions(made) });
    });

  check('a long range comes in pages that cover it and hold each bar once', async ({ fetch, fake }) => {
    const range = minutes(0, MINUTES);
    const { bars, covered } = await fetch(range);
    const expected = expectedIn(range);
    assert.equal(bars.length, expected.length);
    // Not the lists as a whole: telling their difference takes a minute.
    const differs = bars.findIndex((bar, index) => !isDeepStrictEqual(bar, expected[index]));
    assert.deepEqual(bars[differs], expected[differs]);
    assert.deepEqual(covered, [range]);
    assert.ok(fake.requests.length > 1);
  });

  check('a range without trades is covered and empty', async ({ fetch }) => {
    const range = minutes(SILENT_HOUR, SILENT_HOUR + 60);
    assert.deepEqual(await fetch(range), { bars: [], covered: [range] });
  });

  check('a range that has not begun is not asked for', async ({ fetch, fake }) => {
    assert.deepEqual(await fetch(minutes(MINUTES + 1, MINUTES + 9)), { bars: [], covered: [] });
    assert.equal(fake.requests.length, 0);
  });

  check('the interval that still runs is neither answered nor covered', async ({ fetch }) => {
    const { bars, covered } = await fetch(minutes(MINUTES - 5, MINUTES + 5));
    assert.deepEqual(bars, expectedIn(minutes(MINUTES - 5, MINUTES)));
    assert.deepEqual(covered, [minutes(MINUTES - 5, MINUTES)]);
  });

  check('an interval that still runs by the clock of the vendor is not over', async ({ fetch, fake }) => {
    for (const behindMs of [80_000, 90_000]) {
      fake.now = NOW - behindMs;
      const { bars, covered } = await fetch(minutes(MINUTES - 5, MINUTES + 5));
      assert.deepEqual(bars, expectedIn(minutes(MINUTES - 5, MINUTES - 1)));
      assert.deepEqual(covered, [minutes(MINUTES - 5, MINUTES - 1)]);
    }
    fake.now = NOW + 90_000;
    assert.deepEqual((await fetch(minutes(MINUTES - 5, MINUTES + 5))).covered, [minutes(MINUTES - 5, MINUTES)]);
  });

  check(
    'its answers tell how far our clock is from the one of the vendor',
    async ({ fetch, fake, provider, clock }) => {
      const { vendorClock } = provider;
      assert.ok(vendorClock !== undefined);
      for (const [aheadMs, state] of [
        [90_000, 'skewed'],
        [0, 'ok'],
        [-90_000, 'skewed'],
      ] as const) {
        fake.now = clock.now() - aheadMs;
        await fetch(HOUR);
        assert.equal(vendorClock.state, state);
        assert.ok(Math.abs((vendorClock.skewMs ?? NaN) - aheadMs) <= 1_000, `${vendorClock.skewMs}`);
      }
    },
  );

  for (const [what, fault, passedMs] of HEALED.filter(([what]) => what !== BUSY || traits.isBusyForLong !== true))
    check(`${what} is waited for and asked again`, async ({ fetch, fake, clock }) => {
      fake.fail(fault);
      assert.deepEqual(await fetch(HOUR), { bars: expectedIn(HOUR), covered: [HOUR] });
      assert.equal(fake.requests.length, 2);
      assert.ok(clock.now() - NOW >= passedMs, `waited ${clock.now() - NOW} ms`);
    });

  if (traits.isBusyForLong === true)
    check(`${BUSY} is told at once, with when to ask again, and until then nothing is asked`, async (made) => {
      const { fetch, fake, clock } = made;
      fake.fail(answering(429));
      const isTold = ({ retryAfterSeconds = 0 }: ProviderError) => retryAfterSeconds >= 60;
      for (let times = 0; times < 2; times++)
        await assert.rejects(
          fetch(HOUR),
          (error) => failure(name, 'PROVIDER_RATE_LIMITED')(error) && isTold(error as ProviderError),
        );
      assert.equal(fake.requests.length, 1);
      await new Promise<void>((resolve) => clock.timer(3_600_000, resolve));
      assert.deepEqual((await fetch(HOUR)).bars, expectedIn(HOUR));
    });

  for (const [what, fault, code] of LASTING)
    check(`${what} is ${code}, not an empty answer`, async ({ fetch, fake }) => {
      fake.failAlways(fault);
      await assert.rejects(fetch(HOUR), failure(name, code));
    });

  check('gzip is unpacked', async ({ fetch, fake }) => {
    fake.fail(gzipped);
    assert.deepEqual((await fetch(HOUR)).bars, expectedIn(HOUR));
  });

  check('bars twice and newest first are put in order', async ({ fetch, fake }) => {
    fake.tamper = (bars) => [...bars, ...bars].reverse();
    assert.deepEqual(await fetch(HOUR), { bars: expectedIn(HOUR), covered: [HOUR] });
  });

  check(
    'of a bar told twice with different values both are passed on, as neither is known to be right',
    async ({ fetch, fake }) => {
      const twice = expectedIn(HOUR)[10];
      const other = { ...twice, volume: twice.volume * 2 };
      fake.tamper = (bars) => bars.flatMap((bar) => (bar.openTime === twice.openTime ? [other, bar, other] : [bar]));
      const told = expectedIn(HOUR).flatMap((bar) => (bar === twice ? [other, twice] : [bar]));
      assert.deepEqual(await fetch(HOUR), { bars: told, covered: [HOUR] });
    },
  );

  check('rows that repeat the last price where nothing traded are no bars', async ({ fetch, fake }) => {
    fake.tamper = (bars) => bars.flatMap((bar) => (isSilent(indexOf(bar) + 1) ? [bar, fillerAfter(bar)] : [bar]));
    assert.deepEqual(await fetch(HOUR), { bars: expectedIn(HOUR), covered: [HOUR] });
    assert.ok(HOUR.to - HOUR.from > expectedIn(HOUR).length * MINUTE, 'there is a silent minute');
  });

  check('more bars than were asked for do no harm', async ({ fetch, fake }) => {
    fake.tamper = () => BARS;
    const range = minutes(100, 200);
    assert.deepEqual(await fetch(range), { bars: expectedIn(range), covered: [range] });
  });

  check('a bar off the grid is left out, and its interval is not claimed', async ({ fetch, fake }) => {
    const odd = expectedIn(HOUR)[10].openTime;
    fake.tamper = (bars) => bars.map((bar) => (bar.openTime === odd ? { ...bar, openTime: odd + 20_000 } : bar));
    const { bars, covered } = await fetch(HOUR);
    assert.deepEqual(
      bars,
      expectedIn(HOUR).filter(({ openTime }) => openTime !== odd),
    );
    assert.ok(!covered.some(({ from, to }) => from <= odd && odd < to));
    assert.equal(covered[0].from, HOUR.from);
    assert.equal(covered.at(-1)?.to, HOUR.to);
  });

  check('an unknown symbol is told as such, at once', async ({ fetch, fake, unknown }) => {
    await assert.rejects(fetch(HOUR, unknown), failure(name, 'PROVIDER_SYMBOL_UNKNOWN'));
    assert.ok(fake.requests.length <= 2);
  });

  check(
    'the instrument of another exchange is not asked for by the same symbol',
    async ({ fetch, fake, instrument }) => {
      const elsewhere = { instrumentId: 'NOWHERE:ABC', symbol: undefined } as RequestedInstrument;
      assert.notEqual(instrument.instrumentId, elsewhere.instrumentId);
      await assert.rejects(fetch(HOUR, elsewhere), failure(name, 'PROVIDER_SYMBOL_UNKNOWN'));
      assert.ok(fake.requests.length <= 2);
    },
  );

  if (traits.namesSymbol)
    check('bars of another symbol are refused', async ({ fetch, fake }) => {
      fake.namesInstead = 'OTHER';
      await assert.rejects(fetch(HOUR), failure(name, 'PROVIDER_ANSWER_INVALID'));
    });

  for (const [what, loss] of [
    ['without one of its prices', { close: null }],
    ['of volume alone', { open: null, high: null, low: null, close: null }],
  ] as const)
    check(`a bar ${what} is ${traits.sendsNullPrices ? 'not claimed' : 'refused'}`, async ({ fetch, fake }) => {
      const { openTime } = expectedIn(HOUR)[7];
      fake.tamper = (bars) =>
        bars.map((bar) => (bar.openTime === openTime ? ({ ...bar, ...loss } as unknown as FakeBar) : bar));
      if (!traits.sendsNullPrices) return assert.rejects(fetch(HOUR), failure(name, 'PROVIDER_ANSWER_INVALID'));
      assert.deepEqual(await fetch(HOUR), {
        bars: expectedIn(HOUR).filter((bar) => bar.openTime !== openTime),
        covered: partsOutside(HOUR, [{ from: openTime, to: openTime + MINUTE }]),
      });
    });

  for (const [what, lost] of LOST)
    check(`${what} is ${traits.tellsLoss === true ? 'not claimed' : 'a silence'}`, async ({ fetchReached, fake }) => {
      fake.lost = [lost];
      const { bars, covered } = await fetchReached(DAYS);
      const expected = expectedIn(DAYS).filter((bar) => !isInside(lost)(bar));
      assert.equal(bars.length, expected.length);
      const differs = bars.findIndex((bar, index) => !isDeepStrictEqual(bar, expected[index]));
      assert.deepEqual(bars[differs], expected[differs]);
      const kept = partsOutside(DAYS, [lost]);
      if (traits.tellsLoss === true) assert.deepEqual(covered, kept);
      else
        assert.deepEqual(
          kept.flatMap((part) => partsOutside(part, covered)),
          [],
        );
    });

  check('a signal ends a fetch that waits for an answer', async ({ fetch, fake }) => {
    fake.failAlways(silent);
    const controller = new AbortController();
    const fetched = fetch(HOUR, undefined, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 30);
    await assert.rejects(fetched, /enough/);
  });

  check('closing ends a fetch that waits for an answer', async ({ fetch, fake, provider }) => {
    fake.failAlways(silent);
    const fetched = fetch(HOUR);
    setTimeout(() => void provider.close(), 30);
    await assert.rejects(fetched, failure(name, 'PROVIDER_UNAVAILABLE'));
  });

  check('what it says of itself makes sense', async ({ provider }) => {
    assert.match(provider.name, /^[a-z]+(-[a-z0-9]+)?$/);
    assert.equal(provider.isSynthetic, false);
    assert.ok(provider.barsPerRequest > 0 && provider.intervals.length > 0);
    for (const interval of provider.intervals) {
      assert.ok(provider.finalityDelayMs(interval) > 0);
      const reach = provider.reachOf(interval, NOW);
      assert.ok(reach === undefined || (reach < NOW && isAligned(reach, interval)), interval);
    }
  });
}

/** Four days of New York. */
const DAYS = { from: epochMs(Date.UTC(2026, 0, 6, 5)), to: epochMs(Date.UTC(2026, 0, 10, 5)) };
const NOON = Date.UTC(2026, 0, 8, 17);
const LOST: readonly (readonly [what: string, lost: Span])[] = [
  ['a day that is lost amid others', { from: Date.UTC(2026, 0, 7, 5), to: Date.UTC(2026, 0, 8, 5) }],
  ['history that begins late, within a day', { from: 0, to: NOON }],
  ['history that ends early, within a day', { from: NOON, to: Infinity }],
];

type Opened = ProviderUnderTest & { readonly clock: SkippingClock } & ReturnType<typeof questions>;

const BUSY = '429 without a word';
const HEALED: readonly (readonly [what: string, fault: Fault, passedMs: number])[] = [
  ['429 with Retry-After in seconds', answering(429, 'Too Many Requests', { 'retry-after': '20' }), 20_000],
  [
    '429 with Retry-After as a date',
    answering(429, '', { 'retry-after': new Date(NOW + 45_000).toUTCString() }),
    44_000,
  ],
  [
    '429 with X-RateLimit-Reset',
    answering(429, '{}', { 'x-ratelimit-reset': String(Math.ceil(NOW / 1_000) + 30) }),
    30_000,
  ],
  [BUSY, answering(429), 1],
  ['418 with Retry-After in seconds', answering(418, '', { 'retry-after': '120' }), 120_000],
  ['500', answering(500), 1],
  ['502 with HTML', answering(502, HTML), 1],
  ['503', answering(503), 1],
  ['an answer cut off by a reset', resetInside, 1],
  ['HTML with 200', answering(200, HTML), 1],
  ['JSON that is cut', cutInside, 1],
];

const LASTING: readonly (readonly [what: string, fault: Fault, code: ErrorCode])[] = [
  ['429 without end', answering(429), 'PROVIDER_RATE_LIMITED'],
  ['418 for a day', answering(418, '', { 'retry-after': '86400' }), 'PROVIDER_RATE_LIMITED'],
  ['500 without end', answering(500), 'PROVIDER_UNAVAILABLE'],
  ['403', answering(403, HTML), 'PROVIDER_REFUSED'],
  ['an answer that does not begin', silent, 'PROVIDER_TIMEOUT'],
  ['a byte at a time', trickling, 'PROVIDER_TIMEOUT'],
  ['a reset inside the body', resetInside, 'PROVIDER_UNAVAILABLE'],
  ['HTML with 200', answering(200, HTML), 'PROVIDER_ANSWER_INVALID'],
  ['JSON that is cut', cutInside, 'PROVIDER_ANSWER_INVALID'],
  ['NaN', rewriting((body) => body.replace(/\d+\.\d+\b/, 'NaN')), 'PROVIDER_ANSWER_INVALID'],
  ['other JSON', answering(200, '{"message":"maintenance"}'), 'PROVIDER_ANSWER_INVALID'],
  ['null', answering(200, 'null'), 'PROVIDER_ANSWER_INVALID'],
];

function questions({ provider, instrument }: ProviderUnderTest) {
  interface Heard {
    readonly bars: FakeBar[];
    readonly covered: { from: number; to: number }[];
  }

  async function hear({ bars, covered }: Heard, range: TimeRange, of: RequestedInstrument, signal: AbortSignal) {
    for await (const page of provider.fetchBars({ ...of, interval: '1m', range, now: NOW, signal })) {
      const { openTime, open, high, low, close, volume } = page.columns;
      for (const [i, time] of openTime.entries()) {
        assert.ok(time >= page.covered.from && time < page.covered.to, 'a bar outside what its page covers');
        bars.push({ openTime: time, open: open[i], high: high[i], low: low[i], close: close[i], volume: volume[i] });
      }
      const last = covered.at(-1);
      if (last?.to === page.covered.from) last.to = page.covered.to;
      else covered.push({ ...page.covered });
    }
  }

  return {
    /** All bars of a range, and what is covered, with neighbours joined. */
    fetch: async (range: TimeRange, of = instrument, signal = NOBODY): Promise<Heard> => {
      const heard: Heard = { bars: [], covered: [] };
      await hear(heard, range, of, signal);
      return heard;
    },
    /** The same, where the vendor may say that it does not reach all of it. */
    fetchReached: async (range: TimeRange): Promise<Heard> => {
      const heard: Heard = { bars: [], covered: [] };
      try {
        await hear(heard, range, instrument, NOBODY);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.code !== 'PROVIDER_OUT_OF_REACH') throw error;
      }
      return heard;
    },
  };
}

function failure(name: string, code: ErrorCode) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof ProviderError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, new RegExp(name), 'a message names the vendor');
    assert.doesNotMatch(error.message, /\?\w+=/, 'no query in messages');
    return true;
  };
}
