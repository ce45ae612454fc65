import { isBelowDay, lengthMs, type Interval } from '../intervals.ts';

/** More bars than that cannot be told apart. */
const BARS_A_PIXEL = 2;
/** The chart holds three screens, and never more than 10,000 rows. */
const MOST_BARS_A_SCREEN = 3_000;
/** A finer level is taken only well below the limit, so that two levels do not alternate. */
const CALM = 0.8;

/** The levels that are passed through while zooming out; each is a few times the one before. */
const LADDER: readonly Interval[] = ['1s', '5s', '15s', '1m', '5m', '15m', '1h', '4h', '1d', '1w', '1M'];

/** The share of time that has bars, of each level: less than 1 where a market closes. */
export type DensityOf = (level: Interval) => number;

export interface Sight {
  /** How much time is in sight. */
  readonly spanMs: number;
  readonly widthPx: number;
}

/** The levels that may be shown where an interval was chosen, finest first. */
export function levelsOf(chosen: Interval): readonly Interval[] {
  return [chosen, ...LADDER.filter((level) => lengthMs(level) > lengthMs(chosen))];
}

export function barsInSight({ spanMs }: Sight, level: Interval, densityOf: DensityOf): number {
  return (spanMs / lengthMs(level)) * densityOf(level);
}

/** How many bars a screen may show. */
export function mostBars({ widthPx }: Sight): number {
  return Math.min(BARS_A_PIXEL * widthPx, MOST_BARS_A_SCREEN);
}

/** The finest level, not finer than the chosen interval, that shows no more bars than can be told apart. */
export function levelFor(chosen: Interval, sight: Sight, shown: Interval | undefined, densityOf: DensityOf): Interval {
  const levels = levelsOf(chosen);
  const at = shown === undefined ? -1 : levels.indexOf(shown);
  const fits = (level: Interval, index: number): boolean =>
    barsInSight(sight, level, densityOf) <= mostBars(sight) * (index < at ? CALM : 1);
  return levels.find(fits) ?? levels.at(-1) ?? chosen;
}

/** A level to have ready because zooming out a little further needs it. */
export function levelAhead(
  level: Interval,
  chosen: Interval,
  sight: Sight,
  densityOf: DensityOf,
): Interval | undefined {
  if (barsInSight(sight, level, densityOf) < mostBars(sight) / 2) return undefined;
  const levels = levelsOf(chosen);
  return levels[levels.indexOf(level) + 1];
}

/** A level to have ready because zooming in a little further needs it. */
export function levelBelow(
  level: Interval,
  chosen: Interval,
  sight: Sight,
  densityOf: DensityOf,
): Interval | undefined {
  const levels = levelsOf(chosen);
  const finer = levels[levels.indexOf(level) - 1] as Interval | undefined;
  if (finer === undefined) return undefined;
  return barsInSight(sight, finer, densityOf) <= 2 * mostBars(sight) ? finer : undefined;
}

/** Densities as they were seen; a level that was not is like the nearest on its side of a day. */
export function densitiesSeen(seen: ReadonlyMap<Interval, number>): DensityOf {
  return (level) => {
    const known = seen.get(level);
    if (known !== undefined) return known;
    const alike = [...seen].filter(([one]) => isBelowDay(one) && isBelowDay(level));
    const distance = ([one]: readonly [Interval, number]): number =>
      Math.abs(Math.log(lengthMs(one) / lengthMs(level)));
    return alike.sort((a, b) => distance(a) - distance(b))[0]?.[1] ?? 1;
  };
}
