import { clockGrid, expectedRuns, type BarGrid, type BarInterval } from '../../../market/index.ts';
import type { Expectation } from './explain-gaps.ts';
import type { AnswerPlan, InstrumentFacts } from './plan-answer.ts';

/** What decides which bars of the answer are expected, and why one may be missing. */
export function barsExpected({ source, facts, ...plan }: AnswerPlan<unknown>, interval: BarInterval): Expectation {
  const { schedule, sessions } = facts;
  const { grid, runsOf, isDerived } = source;
  return {
    ...expectationOf(plan, facts),
    grid,
    runsIn: schedule && ((covered) => runsOf(schedule, covered, interval, sessions)),
    quarantined: isDerived ? barsHolding(plan.quarantined, grid) : plan.quarantined,
  };
}

/** The same of the stored bars that derived ones are made of. */
export function partsExpected({ facts, ...plan }: AnswerPlan<unknown>, stored: BarInterval): Expectation {
  const { schedule, sessions } = facts;
  return {
    ...expectationOf(plan, facts),
    grid: clockGrid(stored),
    runsIn: schedule && ((range) => expectedRuns(schedule, range, stored, sessions)),
    quarantined: plan.quarantined,
  };
}

function expectationOf(
  { ledger, knownUntil }: Pick<AnswerPlan<unknown>, 'ledger' | 'knownUntil'>,
  { listedFrom, listedTo }: InstrumentFacts,
) {
  return { asked: ledger.asked, listedFrom, listedTo, knownUntil };
}

/** openTimes of the bars whose time holds one of these moments. */
function barsHolding(times: readonly number[], grid: BarGrid): number[] {
  const holding = times.flatMap((time) => {
    const { openTime, from } = grid.barEndingAfter(time);
    return from > time ? [] : [openTime];
  });
  return [...new Set(holding)].sort((a, b) => a - b);
}
