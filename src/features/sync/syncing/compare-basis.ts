import { firstIndexFrom, type BarColumns } from '../../../market/index.ts';

/**
 * Whether a vendor's bars mean the same as those that are held. `ratio` is the vendor's value divided by what is held:
 * 0.25 for prices after a split of 4:1, 0.01 for volumes in lots of 100.
 */
export type BasisVerdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'otherBasis'; readonly priceRatio: number; readonly volumeRatio: number }
  /** Most prices are far from what is held, at no one ratio; or hardly any bar came that could be compared. */
  | { readonly kind: 'unclear' };

const PRICES = ['open', 'high', 'low', 'close'] as const;
/** Fewer bars tell a correction from another basis badly. */
const LEAST_BARS = 3;
/** What is older than the bars compared is on the basis of the oldest of them. */
const OLDEST_BARS = 5;
/** Values that differ by less, relatively, are the same. */
const NOISE = 1e-4;
/** However few ticks a price has, more than this is not rounding. */
const MOST_ROUNDING = 0.1;
/** Where no ratio fits, prices that are this near to what is held are corrections of it. */
const MOST_CORRECTION = 0.1;

/** Compares what both know: two series of one instrument, ascending by openTime. */
export function compareBasis(held: BarColumns, fetched: BarColumns): BasisVerdict {
  const common = commonPlaces(held, fetched);
  if (common.length === 0 || held.openTime.length < LEAST_BARS) return { kind: 'same' };
  const pairs = common.map(([h, f]) => PRICES.map((name): Pair => [held[name][h], fetched[name][f]]));
  const prices = pairsOf(pairs);
  const all = agreedRatio(prices, prices.pairs);
  if (common.length < LEAST_BARS) return { kind: all === 1 ? 'same' : 'unclear' };
  const oldest = agreedRatio(prices, pairs.slice(0, OLDEST_BARS).flat());
  const priceRatio = oldest ?? all ?? (isCorrection(prices.pairs) ? 1 : undefined);
  if (priceRatio === undefined) return { kind: 'unclear' };
  const volumes = pairsOf(common.map(([h, f]): Pair[] => [[held.volume[h], fetched.volume[f]]]));
  // Vendors count volume in many ways: what no ratio explains says nothing.
  const volumeRatio = (volumes.pairs.length < LEAST_BARS ? 1 : agreedRatio(volumes, volumes.pairs)) ?? 1;
  return priceRatio === 1 && volumeRatio === 1 ? { kind: 'same' } : { kind: 'otherBasis', priceRatio, volumeRatio };
}

type Pair = readonly [held: number, fetched: number];

interface Pairs {
  readonly pairs: readonly Pair[];
  /** The steps in which either side is written. */
  readonly heldTick: number;
  readonly fetchedTick: number;
}

function commonPlaces(held: BarColumns, fetched: BarColumns): [number, number][] {
  return Array.from(fetched.openTime).flatMap((time, place): [number, number][] => {
    const at = firstIndexFrom(held.openTime, time);
    return held.openTime[at] === time ? [[at, place]] : [];
  });
}

function pairsOf(byBar: readonly (readonly Pair[])[]): Pairs {
  const pairs = byBar.flat().filter(isComparable);
  return { pairs, heldTick: tickOf(pairs.map(([held]) => held)), fetchedTick: tickOf(pairs.map(([, value]) => value)) };
}

const isComparable = ([held, fetched]: Pair): boolean => held / fetched > 0 && Number.isFinite(held / fetched);

/**
 * The ratio at which more than half of the values stand to each other, 1 rather than another; `undefined` if there is
 * none. Bars that were also corrected are fewer, and hide nothing.
 */
function agreedRatio({ heldTick, fetchedTick }: Pairs, values: readonly Pair[]): number | undefined {
  const pairs = values.filter(isComparable);
  // Both values are rounded by up to half a tick, and so are those of the pair that gave the ratio.
  const agrees = ([held, fetched]: Pair, ratio: number): boolean => {
    const size = Math.abs(fetched);
    const rounding = Math.min(fetchedTick + ratio * heldTick, MOST_ROUNDING * size);
    return Math.abs(fetched - ratio * held) <= rounding + NOISE * size;
  };
  const isAgreed = (ratio: number): boolean => pairs.filter((pair) => agrees(pair, ratio)).length * 2 > pairs.length;
  return [1, ...quartilesOf(pairs)].find(isAgreed);
}

function isCorrection(pairs: readonly Pair[]): boolean {
  const [median = 1] = quartilesOf(pairs);
  return Math.abs(median - 1) <= MOST_CORRECTION;
}

/** The median ratio first; where corrections pulled it aside, one of the others is among those that agree. */
function quartilesOf(pairs: readonly Pair[]): number[] {
  const ratios = pairs.map(([held, fetched]) => fetched / held).sort((a, b) => a - b);
  return ratios.length === 0 ? [] : [0.5, 0.25, 0.75].map((part) => ratios[Math.floor(part * (ratios.length - 1))]);
}

const MOST_DECIMALS = 12;
/** Vendors' values have been through 32 bits. */
const FLOAT_NOISE = 1e-7;

/** 0.01 for values of which most need two decimals; a few may be written otherwise. */
function tickOf(values: readonly number[]): number {
  const decimals = values.map(decimalsOf).sort((a, b) => a - b);
  return 10 ** -(decimals.at(Math.floor(decimals.length / 2)) ?? 0);
}

function decimalsOf(value: number): number {
  let decimals = 0;
  while (decimals < MOST_DECIMALS && !isWritten(value, decimals)) decimals++;
  return decimals;
}

function isWritten(value: number, decimals: number): boolean {
  const scaled = Math.abs(value) * 10 ** decimals;
  return Math.abs(scaled - Math.round(scaled)) <= FLOAT_NOISE * scaled;
}
