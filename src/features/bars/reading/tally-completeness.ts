import { scheduleKnownFor, type BarColumns, type Span, type TimeRange } from '../../../market/index.ts';
import type { Completeness, MissingRange } from './completeness.ts';
import { explaining, listingOn, type Expectation, type WithheldBar } from './explain-gaps.ts';
import type { Order } from './read-bars.ts';

/** A stored bar's absence from a returned or withheld bar. */
export interface PartLoss {
  /** openTime of the bar. */
  readonly openTime: number;
  readonly range: MissingRange;
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

export interface TalliedAnswer {
  readonly range: TimeRange;
  readonly order: Order;
  /** Whether anything is stored to answer from. */
  readonly isStored: boolean;
  /** Of more ranges, the last one listed spans the rest. */
  readonly listedRanges?: number | undefined;
}

/** So few are looked at one by one. */
const FEW_BARS = 32;

/** Counts an answer as it goes by, batch after batch in the given order from one end of `range`. */
export function tallyCompleteness(
  expectation: Expectation,
  { range, order, isStored, listedRanges = 1_000 }: TalliedAnswer,
): CompletenessTally {
  const { grid, runsIn } = expectation;
  const expectedTimes = order === 'asc' && isListedIn(range, expectation) ? expectation.timesIn?.(range) : undefined;
  /** How many bars came exactly as they are expected; `undefined` once one did not, or where that is not looked at. */
  let asExpected = expectedTimes === undefined ? undefined : 0;
  const gaps: Span[] = [];
  const withheld: WithheldBar[] = [];
  const losses: MissingRange[] = [];
  let returned = 0;
  // The time from (ascending) or down to (descending) which nothing was seen yet.
  let edge: number = grid.firstOpenTimeFrom(order === 'asc' ? range.from : range.to);

  function addAscending({ openTime }: Pick<BarColumns, 'openTime'>): void {
    const { length } = openTime;
    if (length <= FEW_BARS || grid.align !== 'clock') return openTime.forEach((time) => addRun(time, time));
    const [first, last] = [openTime[0], openTime[length - 1]];
    // On the UTC grid the first and the last of a number of bars tell whether there is a gap.
    if (grid.countOpenTimes(first, grid.closeTimeOf(last)) <= length) return addRun(first, last);
    addAscending({ openTime: openTime.subarray(0, length >>> 1) });
    addAscending({ openTime: openTime.subarray(length >>> 1) });
  }

  /** Bars that follow each other without a gap. */
  function addRun(first: number, last: number): void {
    if (first > edge) gaps.push({ from: edge, to: first });
    edge = grid.closeTimeOf(last);
  }

  function addDescending({ openTime }: Pick<BarColumns, 'openTime'>): void {
    for (let i = openTime.length - 1; i >= 0; i--) {
      const time = openTime[i];
      const closeTime = grid.closeTimeOf(time);
      if (closeTime < edge) gaps.push({ from: closeTime, to: edge });
      edge = time;
    }
  }

  /** Whether a batch goes on exactly as expected. Once it does not, all that came before is looked at closely. */
  function isAsExpected({ openTime }: Pick<BarColumns, 'openTime'>, hasLosses: boolean): boolean {
    if (asExpected === undefined || expectedTimes === undefined) return false;
    const next = expectedTimes.subarray(asExpected, asExpected + openTime.length);
    if (!hasLosses && isSame(openTime, next)) {
      asExpected += openTime.length;
      return true;
    }
    lookClosely();
    return false;
  }

  function lookClosely(): void {
    if (asExpected === undefined || expectedTimes === undefined) return;
    addAscending({ openTime: expectedTimes.subarray(0, asExpected) });
    asExpected = undefined;
  }

  return {
    add(batch, lost = []) {
      returned += batch.openTime.length;
      if (runsIn === undefined || isAsExpected(batch, lost.length > 0)) return;
      for (const { range: lostRange } of order === 'asc' ? lost : lost.toReversed()) losses.push(lostRange);
      if (order === 'asc') addAscending(batch);
      else addDescending(batch);
    },
    addAll({ from, to }) {
      lookClosely();
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
      const known = scheduleKnownFor(expectation.scheduleKnown, covered);
      if (expectedTimes !== undefined && asExpected !== undefined && withheld.length === 0) {
        const expected = isTruncated ? asExpected : expectedTimes.length;
        if (asExpected === expected)
          return {
            ...ends,
            expected,
            extra: 0,
            missing: [],
            complete: !isTruncated && (isStored || expected > 0),
            ...known,
          };
      }
      lookClosely();
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
        // Where nothing is stored to answer from, and nothing is expected, nothing is known either.
        complete: !isTruncated && (isStored || expected > 0) && missing.every(({ reason }) => reason === 'noTrades'),
        ...known,
      };
    },
  };
}

function isSame(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function isListedIn({ from, to }: Span, expectation: Expectation): boolean {
  const { listedFrom = -Infinity, listedTo = Infinity } = listingOn(expectation);
  return listedFrom <= from && listedTo >= to;
}

/** Gaps with the time outside of the listing, in which bars are no bars of the instrument. */
function withUnlisted(gaps: readonly Span[], { from, to }: Span, expectation: Expectation): readonly Span[] {
  if (isListedIn({ from, to }, expectation)) return gaps;
  const { listedFrom = -Infinity, listedTo = Infinity } = listingOn(expectation);
  const inside = gaps
    .map((gap) => ({ from: Math.max(gap.from, listedFrom), to: Math.min(gap.to, listedTo) }))
    .filter((gap) => gap.from < gap.to);
  const before = from < listedFrom ? [{ from, to: Math.min(to, listedFrom) }] : [];
  const after = listedTo < to ? [{ from: Math.max(from, listedTo), to }] : [];
  return [...before, ...inside, ...after];
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
