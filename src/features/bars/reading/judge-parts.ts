import {
  epochMs,
  firstIndexFrom,
  PROVISIONAL,
  withPartial,
  type BarColumns,
  type BarGrid,
  type SeriesInterval,
  type Span,
  type TimeRange,
} from '../../../market/index.ts';
import type { MissingRange, PartCounts } from './completeness.ts';
import type { DerivedBatch } from './derive-bars.ts';
import { explaining, overlaps, type Expectation } from './explain-gaps.ts';
import type { PartLoss } from './tally-completeness.ts';

/** Reasons why a part may be missing of a bar that is whole: there was nothing to trade. */
const NO_LOSS: ReadonlySet<string> = new Set(['noTrades', 'beforeListing', 'afterDelisting']);

export interface PartsJudge {
  /**
   * The bars of a batch with the mark and the state that their parts give them. A bar is final only if each part that is
   * expected in its time is there and final; one that lacks a part is partial, and provisional.
   */
  judge(batch: DerivedBatch): { readonly bars: BarColumns; readonly losses: readonly PartLoss[] };
  /** Counts the parts of a batch whose openTime is in a span. */
  count(batch: DerivedBatch, span: Span): void;
  /** What was counted, beside what is expected in the time that was read. */
  counts(held: TimeRange): PartCounts | undefined;
}

/**
 * Tells which bars of a grid are whole, by the parts that they are made of.
 * @param expectation of the stored bars; where no schedule is known every interval counts as one of trading
 * @param stored what the parts are called
 */
export function partsJudge(grid: BarGrid, expectation: Expectation, stored: SeriesInterval): PartsJudge {
  const { runsIn, grid: partGrid } = expectation;
  const explain = explaining(expectation);
  const expectedIn = (range: TimeRange): readonly Span[] => runsIn?.(range) ?? [range];
  let held = 0;
  let inRuns = 0;

  function countRuns(runs: readonly Span[], span: Span, expectedOf: (range: TimeRange) => readonly Span[]): void {
    const counted = overlaps(runs, [span]);
    const [first, last] = [counted.at(0), counted.at(-1)];
    if (first === undefined || last === undefined) return;
    held += barsIn(counted);
    inRuns += barsIn(overlaps(counted, expectedOf({ from: epochMs(first.from), to: epochMs(last.to) })));
  }

  function barsIn(spans: readonly Span[]): number {
    return spans.reduce((sum, { from, to }) => sum + partGrid.countOpenTimes(from, to), 0);
  }

  return {
    judge(batch) {
      const { bars } = batch;
      if (bars.openTime.length === 0) return { bars: withPartial(bars), losses: [] };
      const gaps = gapsIn(bars.openTime, grid, timesOf(batch, partGrid), partGrid);
      const judged = withPartial(bars);
      if (gaps.length === 0) return { bars: judged, losses: [] };
      const runs = expectedIn({ from: epochMs(gaps[0].from), to: epochMs(gaps[gaps.length - 1].to) });
      const losses: PartLoss[] = [];
      let at = 0;
      for (const { from, to, bars: count, reason } of explain(gaps, runs)) {
        if (NO_LOSS.has(reason)) continue;
        while (gaps[at].to <= from) at++;
        const { bar } = gaps[at];
        judged.isPartial[bar] = 1;
        judged.state[bar] = Math.min(judged.state[bar], PROVISIONAL);
        losses.push({ openTime: bars.openTime[bar], range: { from, to, bars: 0, parts: count, reason } });
      }
      return { bars: judged, losses };
    },
    count({ parts, runs }, { from, to }) {
      if (runsIn === undefined) return;
      if (runs !== undefined) return countRuns(runs, { from, to }, runsIn);
      const openTime = parts.openTime.subarray(
        firstIndexFrom(parts.openTime, from),
        firstIndexFrom(parts.openTime, to),
      );
      if (openTime.length === 0) return;
      held += openTime.length;
      const last = openTime[openTime.length - 1];
      for (const run of runsIn({ from: epochMs(openTime[0]), to: epochMs(last + 1) }))
        inRuns += firstIndexFrom(openTime, run.to) - firstIndexFrom(openTime, run.from);
    },
    counts(range) {
      if (runsIn === undefined) return undefined;
      const expected = runsIn(range).reduce((sum, run) => sum + partGrid.countOpenTimes(run.from, run.to), 0);
      return { interval: stored, expected, held, extra: held - inRuns, missing: expected - inRuns };
    },
  };
}

/** Time in which a bar, named by its place, has no part. */
interface PartGap extends Span {
  readonly bar: number;
}

/** When parts open, as half-open ranges without a gap. */
interface PartTimes {
  readonly count: number;
  fromOf(place: number): number;
  toOf(place: number): number;
}

function timesOf({ parts, runs }: DerivedBatch, partGrid: BarGrid): PartTimes {
  const { openTime } = parts;
  return runs === undefined
    ? { count: openTime.length, fromOf: (i) => openTime[i], toOf: (i) => partGrid.closeTimeOf(openTime[i]) }
    : { count: runs.length, fromOf: (i) => runs[i].from, toOf: (i) => runs[i].to };
}

/** Ascending; no part is in two bars. */
function gapsIn(barTimes: Float64Array, grid: BarGrid, parts: PartTimes, partGrid: BarGrid): PartGap[] {
  const gaps: PartGap[] = [];
  let at = 0;
  for (let bar = 0; bar < barTimes.length; bar++) {
    const span = grid.spanOf(barTimes[bar]);
    let edge: number = partGrid.barEndingAfter(span.from).openTime;
    while (at < parts.count && parts.fromOf(at) < edge) at++;
    for (; at < parts.count && parts.fromOf(at) < span.to; at++) {
      const time = parts.fromOf(at);
      if (time > edge) gaps.push({ from: edge, to: time, bar });
      edge = parts.toOf(at);
    }
    if (edge < span.to) gaps.push({ from: edge, to: partGrid.firstOpenTimeFrom(span.to), bar });
  }
  return gaps;
}

/** The first reason for each bar that lacks parts. */
export function firstReasons(losses: readonly PartLoss[]): ReadonlyMap<number, MissingRange['reason']> {
  const reasons = new Map<number, MissingRange['reason']>();
  for (const { openTime, range } of losses) if (!reasons.has(openTime)) reasons.set(openTime, range.reason);
  return reasons;
}
