import type { FakeServer } from './fake-server.ts';
import type { FakeBar } from './made-bars.ts';

/** What every vendor's fake can be told to do, besides faults. */
export interface FakeVendor extends FakeServer {
  /** Changes the bars of every answer before they are written down. */
  tamper: (bars: readonly FakeBar[]) => readonly FakeBar[];
  /** The symbol that answers name instead of the one that was asked for. */
  namesInstead: string | undefined;
}

export interface FakeWorld {
  /** Ascending; the vendor shows those that have begun by its clock. */
  readonly bars: readonly FakeBar[];
  readonly now: number;
}

export function fakeVendor(server: FakeServer): FakeVendor {
  return Object.assign(server, { tamper: (bars: readonly FakeBar[]) => bars, namesInstead: undefined });
}

/** The bars a vendor shows: what has begun, the last one still growing from call to call. */
export function shownBars({ bars }: FakeWorld, { now, requests }: FakeServer, intervalMs: number): FakeBar[] {
  return bars
    .filter(({ openTime }) => openTime <= now)
    .map((bar) => (bar.openTime + intervalMs > now ? { ...bar, volume: requests.length } : bar));
}
