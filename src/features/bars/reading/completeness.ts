import {
  firstIndexFrom,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type Span,
  type TimeRange,
} from '../../../market/index.ts';
import type { Order } from './read-bars.ts';

/**
 * Why a bar is missing: nobody fetched it; a provider answered that nothing traded, or could not answer; its interval
 * is not over (or it is not final yet, where only final bars were asked for); it came but was refused; the instrument
 * was not listed.
 */
export type MissingReason =
  'notFetched' | 'noTrades' | 'providerError' | 'notYet' | 'quarantined' | 'beforeListing' | 'afterDelisting';

/** Half-open `[from, to)`, UTC epoch ms, in which something expected is missing. */
export interface MissingRange {
  readonly from: number;
  readonly to: number;
  /** Bars of the answer's interval; 0 where a returned bar lacks parts. */
  readonly bars: number;
  /** Bars of the stored interval that a returned bar lacks; absent where whole bars are missing. */
  readonly parts?: number;
  readonly reason: MissingReason;
}

/** The stored bars that derived bars are made of. `held` without the extra ones plus the missing ones is `expected`. */
export interface PartCounts {
  readonly interval: BarInterval;
  readonly expected: number;
  readonly held: number;
  /** Outside of the sessions: left out of bars that begin with trading, part of those of the clock. */
  readonly extra: number;
  /** Those of missing bars too, and those in which nothing traded. */
  readonly missing: number;
}

/** What an answer says about itself. `returned` without the extra bars plus the missing ones is `expected`. */
export interface Completeness {
  /** The range the answer speaks of: `[from, to)`, UTC epoch ms; up to where it was cut off if `truncated`. */
  readonly from: number;
  readonly to: number;
  /** `undefined` where no schedule is known. */
  readonly expected: number | undefined;
  readonly returned: number;
  /** Returned bars outside the expected sessions, or of the listing. */
  readonly extra: number;
  /** In time order, at most 1,000; of more, the last spans the rest. */
  readonly missing: readonly MissingRange[];
  /** Returned bars of which a part is missing; absent where bars are answered as they were stored. */
  readonly partial?: number;
  /** What derived bars were made of; absent too where no schedule is known. */
  readonly parts?: PartCounts;
  /**
   * Nothing is missing but where nothing traded, of no bar a part, and nothing was cut off. Never true where no schedule
   * is known, or nothing is stored to answer from and nothing was expected.
   */
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

/** A stored bar's absence from a returned or withheld bar. */
export interface PartLoss {
  /** openTime of the bar. */
  readonly openTime: number;
  readonly range: MissingRange;
}

/** A bar that is stored or derived, but not final, where only final ones were asked for. */
export interface WithheldBar {
  readonly openTime: number;
  readonly reason: MissingReason;
}

export interface CompletenessTally {
  /** Takes the next batch of the answer, and what its bars lack; each is ascending in itself. */
  add(batch: Pick<BarColumns, 'openTime'>, losses?: readonly PartLoss[]): void;
  /** The same for all bars of a span of the grid, in ascending order only. */
  addAll(span: Span): void;
  withhold(bars: readonly WithheldBar[]): void;
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
  const withheld: WithheldBar[] = [];
  const losses: MissingRange[] = [];
  let returned = 0;
  // The time from (ascending) or down to (descending) which nothing was seen yet.
  let edge: number = grid.firstOpenTimeFrom(order === 'asc' ? range.from : range.to);

  function addAscending({ openTime }: Pick<BarColumns, 'openTime'>): void {
    for (const time of openTime) {
      if (time > edge) gaps.push({ from: edge, to: time });
      edge = grid.closeTimeOf(time);
    }
  }

  function addDescending({ openTime }: Pick<BarColumns, 'openTime'>): void {
    for (let i = openTime.length - 1; i >= 0; i--) {
      const time = openTime[i];
      const closeTime = grid.closeTimeOf(time);
      if (closeTime < edge) gaps.push({ from: closeTime, to: edge });
      edge = time;
    }
  }

  return {
    add(batch, lost = []) {
      returned += batch.openTime.length;
      if (runsIn === undefined) return;
      for (const { range: lostRange } of order === 'asc' ? lost : lost.toReversed()) losses.push(lostRange);
      if (order === 'asc') addAscending(batch);
      else addDescending(batch);
    },
    addAll({ from, to }) {
      returned += grid.countOpenTimes(from, to);
      if (from > edge) gaps.push({ from: edge, to: from });
      edge = to;
    },
    withhold(bars) {
      if (runsIn !== undefined) for (const bar of bars) withheld.push(bar);
    },
    result(covered, isTruncated) {
      const { from, to } = covered;
      const ends = { from, to, returned, truncated: isTruncated };
      if (runsIn === undefined) return { ...ends, expected: undefined, extra: 0, missing: [], complete: false };
      const [lastFrom, lastTo] =
        order === 'asc' ? [edge, grid.firstOpenTimeFrom(to)] : [grid.firstOpenTimeFrom(from), edge];
      const all = lastFrom < lastTo ? [...gaps, { from: lastFrom, to: lastTo }] : [...gaps];
      if (order === 'desc') {
        all.reverse();
        losses.reverse();
      }
      const runs = runsIn(covered);
      const explain = explaining(expectation, withheld);
      const absent = explain(withUnlisted(all, covered, expectation), runs);
      const expected = runs.reduce((sum, run) => sum + grid.countOpenTimes(run.from, run.to), 0);
      const missed = absent.reduce((sum, { bars }) => sum + bars, 0);
      const missing = losses.length === 0 ? absent : [...absent, ...losses].sort((a, b) => a.from - b.from);
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

/** Gaps with the time outside of the listing, in which bars are no bars of the instrument. */
function withUnlisted(gaps: readonly Span[], { from, to }: TimeRange, expectation: Expectation): readonly Span[] {
  const { listedFrom = -Infinity, listedTo = Infinity } = listingOn(expectation);
  if (listedFrom <= from && listedTo >= to) return gaps;
  const inside = gaps
    .map((gap) => ({ from: Math.max(gap.from, listedFrom), to: Math.min(gap.to, listedTo) }))
    .filter((gap) => gap.from < gap.to);
  const before = from < listedFrom ? [{ from, to: Math.min(to, listedFrom) }] : [];
  const after = listedTo < to ? [{ from: Math.max(from, listedTo), to }] : [];
  return [...before, ...inside, ...after];
}

/** The listing in openTimes: from the bar that holds its first moment to the first bar that begins after it. */
function listingOn({ grid, listedFrom, listedTo }: Expectation) {
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

/** Explains the parts of gaps that are expected; both are ascending and disjoint. */
export type Explain = (gaps: readonly Span[], runs: readonly Span[]) => MissingRange[];

/** Cuts what is missing where the reason changes; within a gap, one reason makes one range over closed time. */
export function explaining(expectation: Expectation, withheld: readonly WithheldBar[] = []): Explain {
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
    for (const { gap, ...part } of overlaps(gaps, runs)) {
      const inside = cuts.subarray(firstIndexFrom(cuts, part.from + 1), firstIndexFrom(cuts, part.to));
      const bounds = [part.from, ...inside, part.to];
      for (const [index, from] of bounds.slice(0, -1).entries()) {
        const to = bounds[index + 1];
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
  const parts = rest.reduce((sum, range) => sum + (range.parts ?? 0), 0);
  const spanning = {
    from: rest[0].from,
    to: rest[rest.length - 1].to,
    bars,
    ...(parts === 0 ? {} : { parts }),
    // Of several reasons one that leaves something to be done.
    reason: (rest.find(({ reason }) => reason !== 'noTrades') ?? rest[0]).reason,
  };
  return [...ranges.slice(0, most - 1), spanning];
}
