import {
  clockGrid,
  expectedRuns,
  expectedRunsBySession,
  gridOfSeries,
  type BarGrid,
  type BarInterval,
  type SeriesShape,
} from '../../../market/index.ts';
import type { Expectation } from './explain-gaps.ts';
import type { AnswerPlan } from './plan-answer.ts';

/** What decides which bars of the answer are expected, and why one may be missing. */
export function barsExpected(plan: AnswerPlan<unknown>, interval: BarInterval): Expectation {
  const { grid, runsOf, isDerived } = plan.source;
  const expectation = expectationOf(plan, interval, grid, runsOf);
  return isDerived ? { ...expectation, quarantined: barsHolding(plan.quarantined, grid) } : expectation;
}

/** The same of the stored bars that derived ones are made of. */
export function partsExpected(plan: AnswerPlan<unknown>, { interval, align }: SeriesShape): Expectation {
  const grid = gridOfSeries({ interval, align }, plan.facts) ?? clockGrid(interval);
  return expectationOf(plan, interval, grid, align === 'session' ? expectedRunsBySession : expectedRuns);
}

function expectationOf(
  { facts, ledger, knownUntil, quarantined, sharedRuns }: AnswerPlan<unknown>,
  interval: BarInterval,
  grid: BarGrid,
  runsOf: typeof expectedRuns,
): Expectation {
  const { schedule, sessions, listedFrom, listedTo } = facts;
  const shared = schedule && sharedRuns?.(runsOf, { schedule, interval, tracked: sessions, grid });
  const runsIn: Expectation['runsIn'] = schedule && ((range) => runsOf(schedule, range, interval, sessions));
  return {
    grid,
    runsIn: shared?.runsIn ?? runsIn,
    timesIn: shared?.timesIn,
    asked: ledger.asked,
    listedFrom,
    listedTo,
    knownUntil,
    quarantined,
    scheduleKnown: schedule?.known,
  };
}

/** openTimes of the bars whose time holds one of these moments. */
function barsHolding(times: readonly number[], grid: BarGrid): number[] {
  const holding = times.flatMap((time) => {
    const { openTime, from } = grid.barEndingAfter(time);
    return from > time ? [] : [openTime];
  });
  return [...new Set(holding)].sort((a, b) => a - b);
}
