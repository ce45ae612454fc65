import {
  closeTimeOf, countOpenTimes, firstIndexFrom, firstOpenTimeFrom, fixedStepMs, openTimeAt, type BarColumns, type BarInterval, type TimeRange,
} from '../../../market/index.ts'; // prettier-ignore
import type { Order } from './read-bars.ts';

/**
 * Why a bar is missing: nobody fetched it; its interval is not over (or it is not final yet, where only final bars
 * were asked for); it came but was refused; the instrument was not listed.
 */
export type MissingReason = 'notFetched' | 'notYet' | 'quarantined' | 'beforeListing' | 'afterDelisting';

/** Half-open `[from, to)`, UTC epoch ms, in which `bars` expected bars are missing. */
export interface MissingRange {
  readonly from: number;
  readonly to: number;
  readonly bars: number;
  readonly reason: MissingReason;
}

/** What an answer says about itself. `returned` plus the missing bars is `expected`. */
export interface Completeness {
  /** The range the answer speaks of: `[from, to)`, UTC epoch ms; up to where it was cut off if `truncated`. */
  readonly from: number;
  readonly to: number;
  /** `undefined` where no schedule is known. */
  readonly expected: number | undefined;
  readonly returned: number;
  /** In time order, at most 1,000; of more, the last spans the rest. */
  readonly missing: readonly MissingRange[];
  /** Nothing that was expected is missing, and nothing was cut off. Never true where no schedule is known. */
  readonly complete: boolean;
  readonly truncated: boolean;
}

/** What decides which bars are expected, and why one may be missing. */
export interface Expectation {
  readonly interval: BarInterval;
  /** Whether the instrument trades around the clock: the one schedule known so far. */
  readonly isAroundTheClock: boolean;
  readonly listedFrom: number | undefined;
  readonly listedTo: number | undefined;
  /** Bars of intervals that end later are not to be expected yet. */
  readonly knownUntil: number;
  /** openTimes whose bar was refused, ascending. */
  readonly quarantined: readonly number[];
}

export interface CompletenessTally {
  /** Takes the next batch of the answer; each is ascending in itself. */
  add(batch: BarColumns): void;
  /** Takes the openTimes of bars that are stored but not final, where only final ones were asked for. */
  withhold(openTimes: Float64Array): void;
  /** What there is to say about `covered`, once all of it was added. */
  result(covered: TimeRange, isTruncated: boolean): Completeness;
}

const MAX_RANGES = 1_000;

/** Counts an answer as it goes by, batch after batch in the given order from one end of `range`. */
export function tallyCompleteness(expectation: Expectation, range: TimeRange, order: Order): CompletenessTally {
  const { interval, isAroundTheClock } = expectation;
  const stepMs = fixedStepMs(interval);
  const gaps: { from: number; to: number }[] = [];
  const withheld: number[] = [];
  let returned = 0;
  // The time from (ascending) or down to (descending) which nothing was seen yet.
  let edge: number = order === 'asc' ? firstOpenTimeFrom(range.from, interval) : firstOpenTimeFrom(range.to, interval);

  function addAscending({ openTime }: BarColumns): void {
    for (const time of openTime) {
      if (time > edge) gaps.push({ from: edge, to: time });
      edge = stepMs === undefined ? closeTimeOf(time, interval) : time + stepMs;
    }
  }

  function addDescending({ openTime }: BarColumns): void {
    for (let i = openTime.length - 1; i >= 0; i--) {
      const time = openTime[i];
      const closeTime = stepMs === undefined ? closeTimeOf(time, interval) : time + stepMs;
      if (closeTime < edge) gaps.push({ from: closeTime, to: edge });
      edge = time;
    }
  }

  return {
    add(batch) {
      returned += batch.openTime.length;
      if (!isAroundTheClock) return;
      if (order === 'asc') addAscending(batch);
      else addDescending(batch);
    },
    withhold(openTimes) {
      if (isAroundTheClock) for (const openTime of openTimes) withheld.push(openTime);
    },
    result(covered, isTruncated) {
      const { from, to } = covered;
      if (!isAroundTheClock)
        return { from, to, expected: undefined, returned, missing: [], complete: false, truncated: isTruncated };
      const [lastFrom, lastTo] =
        order === 'asc' ? [edge, firstOpenTimeFrom(to, interval)] : [firstOpenTimeFrom(from, interval), edge];
      const all = lastFrom < lastTo ? [...gaps, { from: lastFrom, to: lastTo }] : [...gaps];
      if (order === 'desc') all.reverse();
      const exceptions = [
        ...expectation.quarantined.map((openTime) => ({ openTime, reason: 'quarantined' as const })),
        ...withheld.map((openTime) => ({ openTime, reason: 'notYet' as const })),
      ].sort((a, b) => a.openTime - b.openTime);
      const exceptionTimes = Float64Array.from(exceptions, ({ openTime }) => openTime);
      const missing = limitRanges(
        all.flatMap((gap) => {
          const first = firstIndexFrom(exceptionTimes, gap.from);
          const inside = exceptions.slice(first, firstIndexFrom(exceptionTimes, gap.to));
          return explain(gap, expectation, inside);
        }),
      );
      const expected = countOpenTimes(from, to, interval);
      return {
        from,
        to,
        expected,
        returned,
        missing,
        complete: missing.length === 0 && !isTruncated,
        truncated: isTruncated,
      };
    },
  };
}

/** One interval that is missing for a reason of its own. */
interface Exception {
  readonly openTime: number;
  readonly reason: MissingReason;
}

/** Cuts a gap where the reason changes; `inside` are the exceptions that lie in it. */
function explain(
  gap: { readonly from: number; readonly to: number },
  expectation: Expectation,
  inside: readonly Exception[],
): MissingRange[] {
  const { interval, listedFrom, listedTo, knownUntil } = expectation;
  const reasons = new Map(inside.map(({ openTime, reason }) => [openTime, reason]));
  const cuts = [listedFrom, listedTo, openTimeAt(knownUntil, interval)]
    .filter((time) => time !== undefined)
    .map((time): number => firstOpenTimeFrom(time, interval))
    .concat(inside.flatMap(({ openTime }) => [openTime, closeTimeOf(openTime, interval)]))
    .filter((time) => time > gap.from && time < gap.to);
  const bounds = [...new Set([gap.from, ...cuts, gap.to])].sort((a, b) => a - b);
  const ranges: MissingRange[] = [];
  for (const [index, from] of bounds.slice(0, -1).entries()) {
    const to = bounds[index + 1];
    const reason = reasons.get(from) ?? ordinaryReason(from, expectation);
    const bars = countOpenTimes(from, to, interval);
    const before = ranges.at(-1);
    if (before?.reason === reason) ranges[ranges.length - 1] = { ...before, to, bars: before.bars + bars };
    else ranges.push({ from, to, bars, reason });
  }
  return ranges;
}

function ordinaryReason(openTime: number, { interval, listedFrom, listedTo, knownUntil }: Expectation): MissingReason {
  if (listedFrom !== undefined && openTime < listedFrom) return 'beforeListing';
  if (listedTo !== undefined && openTime >= listedTo) return 'afterDelisting';
  return closeTimeOf(openTime, interval) > knownUntil ? 'notYet' : 'notFetched';
}

function limitRanges(ranges: readonly MissingRange[]): readonly MissingRange[] {
  if (ranges.length <= MAX_RANGES) return ranges;
  const rest = ranges.slice(MAX_RANGES - 1);
  const bars = rest.reduce((sum, range) => sum + range.bars, 0);
  const spanning = { from: rest[0].from, to: rest[rest.length - 1].to, bars, reason: rest[0].reason };
  return [...ranges.slice(0, MAX_RANGES - 1), spanning];
}
