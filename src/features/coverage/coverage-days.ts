import { DAY_MS, type BarGrid, type Span } from '../../market/index.ts';
import { ledgerIn, looksOf, type AskedRange } from './ledger.ts';

/** What became of the expected bars of a range: `held`, or the reason why they are missing. */
export interface CoveredRange extends Span {
  readonly bars: number;
  readonly status: string;
  /** Of `noTrades`: how many answers agree on all of it, at least. */
  readonly looks?: number;
}

/** Expected bars of one UTC date, by what became of them. */
export interface CoverageDay {
  /** 00:00Z, UTC epoch ms. */
  readonly day: number;
  readonly expected: number;
  readonly bars: Readonly<Record<string, number>>;
}

/** How many bars open in a part of one run. */
type CountIn = BarGrid['countOpenTimes'];

const HELD = 'held';

/** Everything expected, in time order, as ranges of one status; `missing` is ascending and disjoint, and so are `runs`. */
export function coveredRanges(
  runs: readonly Span[],
  missing: readonly { readonly from: number; readonly to: number; readonly bars: number; readonly reason: string }[],
  countIn: CountIn,
): CoveredRange[] {
  const ranges: CoveredRange[] = [];
  let next = 0;
  let held: CoveredRange | undefined;
  const endHeld = (): void => {
    if (held !== undefined) ranges.push(held);
    held = undefined;
  };
  const hold = (from: number, to: number): void => {
    const bars = countIn(from, to);
    if (bars > 0) held = { from: held?.from ?? from, to, bars: (held?.bars ?? 0) + bars, status: HELD };
  };
  for (const run of runs) {
    let { from } = run;
    while (next < missing.length && missing[next].from < run.to) {
      const gap = missing[next];
      if (from < gap.from) hold(from, gap.from);
      if (gap.from >= run.from) {
        endHeld();
        ranges.push({ from: gap.from, to: gap.to, bars: gap.bars, status: gap.reason });
      }
      from = Math.max(from, Math.min(gap.to, run.to));
      if (gap.to > run.to) break; // it goes on in the next run
      next++;
    }
    if (from < run.to) hold(from, run.to);
  }
  endHeld();
  return ranges;
}

/** The same ranges, with what `noTrades` rests on. */
export function withLooks(ranges: readonly CoveredRange[], asked: readonly AskedRange[]): CoveredRange[] {
  return ranges.map((range) => {
    // Of a derived interval the ledger of the stored one tells.
    const looks = range.status === 'noTrades' ? ledgerIn(asked, range.from, range.to).map(looksOf) : [];
    return looks.length === 0 ? range : { ...range, looks: Math.min(...looks) };
  });
}

/** The same by UTC date. */
export function coverageDays(runs: readonly Span[], ranges: readonly CoveredRange[], countIn: CountIn): CoverageDay[] {
  const days = new Map<number, Record<string, number>>();
  let next = 0;
  for (const run of runs) {
    while (next < ranges.length && ranges[next].to <= run.from) next++;
    for (let at = next; at < ranges.length && ranges[at].from < run.to; at++) {
      const { status } = ranges[at];
      const to = Math.min(ranges[at].to, run.to);
      for (let from = Math.max(ranges[at].from, run.from); from < to;) {
        const day = Math.floor(from / DAY_MS) * DAY_MS;
        const end = Math.min(to, day + DAY_MS);
        const bars = days.get(day) ?? {};
        bars[status] = (bars[status] ?? 0) + countIn(from, end);
        days.set(day, bars);
        from = end;
      }
    }
  }
  return [...days].map(([day, bars]) => ({
    day,
    expected: Object.values(bars).reduce((sum, count) => sum + count, 0),
    bars,
  }));
}
