import type { Span } from '../../../src/market/index.ts';
import type { FakeServer } from './fake-server.ts';
import type { FakeBar } from './made-bars.ts';

/** What every vendor's fake can be told to do, besides faults. */
export interface FakeVendor extends FakeServer {
  /** Changes the bars of every answer before they are written down. */
  tamper: (bars: readonly FakeBar[]) => readonly FakeBar[];
  /** Openings of what it has lost: there are no rows, nor fillers where nothing traded. */
  lost: readonly Span[];
  /** The symbol that answers name instead of the one that was asked for. */
  namesInstead: string | undefined;
}

export interface FakeWorld {
  /** Ascending; the vendor shows those that have begun by its clock. */
  readonly bars: readonly FakeBar[];
  readonly now: number;
}

export function fakeVendor(server: FakeServer): FakeVendor {
  return Object.assign(server, {
    tamper: (bars: readonly FakeBar[]) => bars,
    lost: [],
    namesInstead: undefined,
  });
}

export function isLost({ lost }: FakeVendor, openTime: number): boolean {
  return lost.some(({ from, to }) => openTime >= from && openTime < to);
}

/** The bars a vendor shows: what has begun and is not lost, the last one still growing from call to call. */
export function shownBars({ bars }: FakeWorld, fake: FakeVendor, intervalMs: number): FakeBar[] {
  const { now, requests } = fake;
  return bars
    .filter(({ openTime }) => openTime <= now && !isLost(fake, openTime))
    .map((bar) => (bar.openTime + intervalMs > now ? { ...bar, volume: requests.length } : bar));
}
