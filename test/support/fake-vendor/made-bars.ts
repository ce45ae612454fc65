import { closeTimeOf, type BarInterval } from '../../../src/market/index.ts';

/** A bar as a fake vendor holds it; each writes it in its own form. */
export interface FakeBar {
  readonly openTime: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  /** `null` for a vendor that has lost it. */
  readonly close: number | null;
  readonly volume: number;
  /** Made up by the vendor where they are left out. */
  readonly trades?: number;
  readonly turnover?: number;
}

export interface MadeBars {
  readonly interval: BarInterval;
  readonly from: number;
  readonly to: number;
  readonly seed?: number;
  /** Whether nobody trades in the interval with this number. */
  readonly isSilent?: (index: number) => boolean;
}

/** The same bars for the same seed, two decimals, in every interval that is not silent. */
export function madeBars({ interval, from, to, seed = 1, isSilent = () => false }: MadeBars): FakeBar[] {
  let state = seed;
  const random = (bound: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * bound);
  };
  const bars: FakeBar[] = [];
  let cents = 10_000;
  for (let openTime = from, index = 0; openTime < to; openTime = closeTimeOf(openTime, interval), index++) {
    const open = cents;
    cents += random(101) - 50;
    const bar = { high: Math.max(open, cents) + random(20), low: Math.min(open, cents) - random(20) };
    const [high, low] = [bar.high / 100, bar.low / 100];
    if (isSilent(index)) continue;
    bars.push({ openTime, open: open / 100, high, low, close: cents / 100, volume: 1 + random(1_000) });
  }
  return bars;
}
