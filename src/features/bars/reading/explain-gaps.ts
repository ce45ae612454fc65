import { firstIndexFrom, type BarGrid, type Span, type TimeRange } from '../../../market/index.ts';
import type { MissingRange, MissingReason } from './completeness.ts';

/** Part of a series that a provider was asked for. */
export interface AskedSpan extends Span {
  readonly result: 'fetched' | 'failed';
}

/** What decides which bars are expected, and why one may be missing. */
export interface Expectation {
  readonly grid: BarGrid;
  /** Runs of expected openTimes in a range, ascending and disjoint; `undefined` where no schedule is known. */
  readonly runsIn: ((range: TimeRange) => readonly Span[]) | undefined;
  /** The openTimes of these runs, where others have asked for them; `undefined` where there are too many to list. */
  readonly timesIn?: ((range: TimeRange) => Float64Array | undefined) | undefined;
  /** Ascending and disjoint. */
  readonly asked: readonly AskedSpan[];
  readonly listedFrom: number | undefined;
  readonly listedTo: number | undefined;
  /** Bars of intervals that end later are not to be expected yet. */
  readonly knownUntil: number;
  /** openTimes whose bar was refused, ascending. */
  readonly quarantined: readonly number[];
  /** From when to when the schedule is known; `undefined` where nobody says. */
  readonly scheduleKnown?: Span | undefined;
}

/** A bar that is stored or derived, but not final, where only final ones were asked for. */
export interface WithheldBar {
  readonly openTime: number;
  readonly reason: MissingReason;
}

/** The listing in openTimes: from the bar that holds its first moment to the first bar that begins after it. */
export function listingOn({ grid, listedFrom, listedTo }: Expectation) {
  return {
    listedFrom: listedFrom === undefined ? undefined : grid.barEndingAfter(listedFrom).openTime,
    listedTo: listedTo === undefined ? undefined : grid.firstOpenTimeFrom(listedTo),
  };
}

/** A gap's expected part. */
interface Missing extends Span {
  readonly gap: Span;
}

/** The parts that gaps and expected runs share; both are ascending and disjoint. */
export function overlaps(gaps: readonly Span[], runs: readonly Span[]): Missing[] {
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

/**
 * Explains the parts of gaps that are in expected runs; both are ascending and disjoint. What is missing is cut where the
 * reason changes; within a gap, one reason makes one range over closed time.
 */
export function explaining(
  expectation: Expectation,
  withheld: readonly WithheldBar[] = [],
): (gaps: readonly Span[], runs: readonly Span[]) => MissingRange[] {
  const { grid } = expectation;
  const { listedFrom, listedTo } = listingOn(expectation);
  const notYetFrom = grid.barEndingAfter(expectation.knownUntil).openTime;
  // An interval of which a provider was asked for a part only was not asked for.
  const asked = expectation.asked.map(({ from, to, result }) => ({
    from: firstWholeFrom(grid, from),
    to: grid.barEndingAfter(to).openTime,
    result,
  }));
  const exceptions: WithheldBar[] = [
    ...expectation.quarantined.map((openTime) => ({ openTime, reason: 'quarantined' as const })),
    ...withheld,
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

  return (gaps, runs) => {
    const ranges: MissingRange[] = [];
    let gapBefore: Span | undefined;

    function add(from: number, to: number, gap: Span): void {
      const reason = reasonAt.get(from) ?? reasonOf(from);
      const bars = grid.countOpenTimes(from, to);
      const before = ranges.at(-1);
      if (before?.reason === reason && gap === gapBefore)
        ranges[ranges.length - 1] = { ...before, to, bars: before.bars + bars };
      else if (bars > 0) {
        ranges.push({ from, to, bars, reason });
        gapBefore = gap;
      }
    }

    for (const { from, to, gap } of overlaps(gaps, runs)) {
      let start = from;
      for (let i = firstIndexFrom(cuts, from + 1); i < cuts.length && cuts[i] < to; i++) {
        add(start, cuts[i], gap);
        start = cuts[i];
      }
      add(start, to, gap);
    }
    return ranges;
  };
}

/** openTime of the first bar of which no part lies before a moment. */
function firstWholeFrom(grid: BarGrid, time: number): number {
  const { openTime, from } = grid.barEndingAfter(time);
  return from >= time ? openTime : grid.firstOpenTimeFrom(grid.closeTimeOf(openTime));
}
