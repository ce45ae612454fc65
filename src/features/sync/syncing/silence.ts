import { firstIndexFrom, fixedStepMs, type BarGrid, type BarInterval, type Span } from '../../../market/index.ts';

/** Expected intervals in a row that an answer has no bar of. */
export interface Silence extends Span {
  readonly bars: number;
  /** The answer has bars before and after it. */
  readonly isBetweenBars: boolean;
}

/** What an answer has of the intervals that are expected. */
export interface Heard {
  readonly bars: number;
  /** Ascending. */
  readonly silences: readonly Silence[];
}

/** How often a series has bars, and for how long it is silent, by what was heard lately. */
export interface Rhythm {
  readonly bars: number;
  readonly silent: number;
  /** Lengths of silences between bars, in intervals. */
  readonly silences: readonly number[];
}

export const NO_RHYTHM: Rhythm = { bars: 0, silent: 0, silences: [] };

/** Shorter silences are believed at once. */
const LEAST_MS = 300_000;
/** A silence so many times as long as a bar is usually awaited is no chance: e^-50, were they independent. */
const MOST_WAITS = 50;
/** A silence is usual if so many others are at least half as long, as where a market rests for minutes each night. */
const OFTEN = 3;
const MOST_REMEMBERED = 50;

/** @param runs all that is expected, ascending and disjoint */
export function listen(openTime: Float64Array, runs: readonly Span[], grid: BarGrid): Heard {
  const silences: Silence[] = [];
  let bars = 0;
  let silence: Silence | undefined;
  const silent = (from: number, to: number): void => {
    const count = grid.countOpenTimes(from, to);
    if (count > 0)
      silence = { from: silence?.from ?? from, to, bars: count + (silence?.bars ?? 0), isBetweenBars: bars > 0 };
  };
  for (const { from, to } of runs) {
    let next: number = grid.firstOpenTimeFrom(from);
    const end = firstIndexFrom(openTime, to);
    for (let i = firstIndexFrom(openTime, from); i < end; i++) {
      const time = openTime[i];
      if (time > next) silent(next, time);
      if (silence !== undefined) {
        silences.push(silence);
        silence = undefined;
      }
      bars++;
      next = grid.closeTimeOf(time);
    }
    silent(next, to);
  }
  if (silence !== undefined) silences.push({ ...silence, isBetweenBars: false });
  return { bars, silences };
}

/** Intervals of a silence that is worth a thought. */
export const leastSilence = (interval: BarInterval): number =>
  Math.max(1, Math.ceil(LEAST_MS / (fixedStepMs(interval) ?? Infinity)));

/**
 * Which silences are too long for the rhythm of their series, so that they may as well be a loss. Such a silence teaches
 * nothing of the rhythm but that it happened; the older a part of the rhythm, the less it weighs.
 */
export function judge(
  { bars, silences }: Heard,
  before: Rhythm,
  interval: BarInterval,
): { readonly doubtful: readonly Silence[]; readonly rhythm: Rhythm } {
  const least = leastSilence(interval);
  const silent = silences.reduce((sum, one) => sum + one.bars, 0);
  const known = before.bars + bars;
  const lengths = silences.filter(({ isBetweenBars, bars: length }) => isBetweenBars && length >= least);
  const remembered = [...before.silences, ...lengths.map((one) => one.bars)].slice(-MOST_REMEMBERED);

  function isDoubtful(silence: Silence): boolean {
    if (silence.bars < least) return false;
    const wait = known === 0 ? 0 : (before.silent + silent - silence.bars) / known;
    if (silence.bars < least + MOST_WAITS * wait) return false;
    const alike = remembered.filter((length) => length * 2 >= silence.bars).length;
    return alike - (lengths.includes(silence) ? 1 : 0) < OFTEN;
  }

  const doubtful = silences.filter(isDoubtful);
  const believed = silent - doubtful.reduce((sum, one) => sum + one.bars, 0);
  const rhythm = { bars: before.bars / 2 + bars, silent: before.silent / 2 + believed, silences: remembered };
  return { doubtful, rhythm };
}
