import { firstIndexFrom, type BarColumns, type BarGrid, type Span, type TimeRange } from '../../../market/index.ts';
import type { Order } from './read-bars.ts';

/**
 * Why a bar is missing: nobody fetched it; a provider answered that nothing traded, or could not answer; its interval
 * is not over (or it is not final yet, where only final bars were asked for); it came but was refused; the instrument
 * was not listed.
 */
export type MissingReason =
  'notFetched' | 'noTrades' | 'providerError' | 'notYet' | 'quarantined' | 'beforeListing' | 'afterDelisting';

/** Half-open `[from, to)`, UTC epoch ms, in which `bars` expected bars are missing. */
export interface MissingRange {
  readonly from: number;
  readonly to: number;
  readonly bars: number;
  readonly reason: MissingReason;
}

/** What an answer says about itself. `returned` without the extra bars plus the missing ones is `expected`. */
export interface Completeness {
  /** The range the answer speaks of: `[from, to)`, UTC epoch ms; up to where it was cut off if `truncated`. */
  readonly from: number;
  readonly to: number;
  /** `undefined` where no schedule is known. */
  readonly expected: number | undefined;
  readonly returned: number;
  /** Returned bars outside of the sessions that are expected. */
  readonly extra: number;
  /** In time order, at most 1,000; of more, the last spans the rest. */
  readonly missing: readonly MissingRange[];
  /** Nothing is missing but where nothing traded, and nothing was cut off. Never true where no schedule is known. */
  readonly complete: boolean;
  readonly truncated: boolean;
}

/** Part of a series that a provider was asked for. */
export interface AskedSpan extends Span {
  readonly result: 'fetched' | 'failed';
}

/** What decides which bars are expected, and why one may be missing. */
export interface Expectation {
  readonly grid: BarGrid;
  /** Runs of expected openTimes in a range, ascending and disjoint; `undefined` where no schedule is known. */
  readonly runsIn: ((range: TimeRange) => readonly Span[]) | undefined;
  /** Ascending and disjoint. */
  readonly asked: readonly AskedSpan[];
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

/** Ranges that an answer lists unless more are asked for. */
const LISTED_RANGES = 1_000;

/** Counts an answer as it goes by, batch after batch in the given order from one end of `range`. */
export function tallyCompleteness(
  expectation: Expectation,
  range: TimeRange,
  order: Order,
  listedRanges = LISTED_RANGES,
): CompletenessTally {
  const { grid, runsIn } = expectation;
  const gaps: Span[] = [];
  const withheld: number[] = [];
  let returned = 0;
  // The time from (ascending) or down to (descending) which nothing was seen yet.
  let edge: number = grid.firstOpenTimeFrom(order === 'asc' ? range.from : range.to);

  function addAscending({ openTime }: BarColumns): void {
    for (const time of openTime) {
      if (time > edge) gaps.push({ from: edge, to: time });
      edge = grid.closeTimeOf(time);
    }
  }

  function addDescending({ openTime }: BarColumns): void {
    for (let i = openTime.length - 1; i >= 0; i--) {
      const time = openTime[i];
      const closeTime = grid.closeTimeOf(time);
      if (closeTime < edge) gaps.push({ from: closeTime, to: edge });
      edge = time;
    }
  }

  return {
    add(batch) {
      returned += batch.openTime.length;
      if (runsIn === undefined) return;
      if (order === 'asc') addAscending(batch);
      else addDescending(batch);
    },
    withhold(openTimes) {
      if (runsIn !== undefined) for (const openTime of openTimes) withheld.push(openTime);
    },
    result(covered, isTruncated) {
      const { from, to } = covered;
      const ends = { from, to, returned, truncated: isTruncated };
      if (runsIn === undefined) return { ...ends, expected: undefined, extra: 0, missing: [], complete: false };
      const [lastFrom, lastTo] =
        order === 'asc' ? [edge, grid.firstOpenTimeFrom(to)] : [grid.firstOpenTimeFrom(from), edge];
      const all = lastFrom < lastTo ? [...gaps, { from: lastFrom, to: lastTo }] : [...gaps];
      if (order === 'desc') all.reverse();
      const runs = runsIn(covered);
      const missing = explainedBy(expectation, withheld)(overlaps(all, runs));
      const expected = runs.reduce((sum, run) => sum + grid.countOpenTimes(run.from, run.to), 0);
      const missed = missing.reduce((sum, { bars }) => sum + bars, 0);
      return {
        ...ends,
        expected,
        extra: returned - (expected - missed),
        missing: limitRanges(missing, listedRanges),
        complete: !isTruncated && missing.every(({ reason }) => reason === 'noTrades'),
      };
    },
  };
}

/** A gap's expected part. */
interface Missing extends Span {
  readonly gap: Span;
}

/** The parts that gaps and expected runs share; both are ascending and disjoint. */
function overlaps(gaps: readonly Span[], runs: readonly Span[]): Missing[] {
  const shared: Missing[] = [];
  for (let i = 0, k = 0; i < gaps.length && k < runs.length;) {
    const gap = gaps[i];
    const from = Math.max(gap.from, runs[k].from);
    const to = Math.min(gap.to, runs[k].to);
    if (from < to) shared.push({ from, to, gap });
    if (gap.to < runs[k].to) i++;
    else k++;
  }
  return shared;
}

/** One interval that is missing for a reason of its own. */
interface Exception {
  readonly openTime: number;
  readonly reason: MissingReason;
}

type Explain = (missing: readonly Missing[]) => MissingRange[];

/** Cuts what is missing where the reason changes; with no bar in between, one reason makes one range over closed time. */
function explainedBy(expectation: Expectation, withheld: readonly number[]): Explain {
  const { grid, listedFrom, listedTo } = expectation;
  const notYetFrom = grid.barEndingAfter(expectation.knownUntil).openTime;
  // An interval of which a provider was asked for a part only was not asked for.
  const asked = expectation.asked.map(({ from, to, result }) => ({
    from: firstWholeFrom(grid, from),
    to: grid.barEndingAfter(to).openTime,
    result,
  }));
  const exceptions: Exception[] = [
    ...expectation.quarantined.map((openTime) => ({ openTime, reason: 'quarantined' as const })),
    ...withheld.map((openTime) => ({ openTime, reason: 'notYet' as const })),
  ];
  const reasonAt = new Map(exceptions.map(({ openTime, reason }) => [openTime, reason]));
  const changes = [listedFrom, listedTo, notYetFrom, ...asked.flatMap(({ from, to }) => [from, to])]
    .filter((time) => time !== undefined)
    .map((time): number => grid.firstOpenTimeFrom(time))
    .concat(exceptions.flatMap(({ openTime }) => [openTime, grid.closeTimeOf(openTime)]));
  const cuts = Float64Array.from(new Set(changes)).sort();
  const askedFrom = Float64Array.from(asked, ({ from }) => from);

  function reasonOf(openTime: number): MissingReason {
    if (listedFrom !== undefined && openTime < listedFrom) return 'beforeListing';
    if (listedTo !== undefined && openTime >= listedTo) return 'afterDelisting';
    if (openTime >= notYetFrom) return 'notYet';
    const before = asked.at(firstIndexFrom(askedFrom, openTime + 1) - 1);
    if (before === undefined || openTime < before.from || openTime >= before.to) return 'notFetched';
    return before.result === 'fetched' ? 'noTrades' : 'providerError';
  }

  return (missing) => {
    const ranges: MissingRange[] = [];
    let gapBefore: Span | undefined;
    for (const { gap, ...part } of missing) {
      const inside = cuts.subarray(firstIndexFrom(cuts, part.from + 1), firstIndexFrom(cuts, part.to));
      const bounds = [part.from, ...inside, part.to];
      for (const [index, from] of bounds.slice(0, -1).entries()) {
        const to = bounds[index + 1];
        const reason = reasonAt.get(from) ?? reasonOf(from);
        const bars = grid.countOpenTimes(from, to);
        const before = ranges.at(-1);
        if (before?.reason === reason && (before.to === from || gap === gapBefore))
          ranges[ranges.length - 1] = { ...before, to, bars: before.bars + bars };
        else if (bars > 0) ranges.push({ from, to, bars, reason });
        gapBefore = gap;
      }
    }
    return ranges;
  };
}

/** openTime of the first bar of which no part lies before a moment. */
function firstWholeFrom(grid: BarGrid, time: number): number {
  const { openTime, from } = grid.barEndingAfter(time);
  return from >= time ? openTime : grid.firstOpenTimeFrom(grid.closeTimeOf(openTime));
}

function limitRanges(ranges: readonly MissingRange[], most: number): readonly MissingRange[] {
  if (ranges.length <= most) return ranges;
  const rest = ranges.slice(most - 1);
  const bars = rest.reduce((sum, range) => sum + range.bars, 0);
  const spanning = { from: rest[0].from, to: rest[rest.length - 1].to, bars, reason: rest[0].reason };
  return [...ranges.slice(0, most - 1), spanning];
}
