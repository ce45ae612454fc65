import { barAt, FINAL, PROVISIONAL, type Bar, type EpochMs, type ObservedBar } from '../market/index.ts';
import type { ChunkContent, ObservedColumns } from './observed-columns.ts';
import { gatherObserved, type RowSource } from './observed-rows.ts';

/**
 * Exactly the bars that were known at `asOf` (UTC epoch ms, inclusive), with the values and states believed then.
 */
export function barsAsOf({ bars, revisions }: ChunkContent, asOf: number): ObservedColumns {
  if (wasAllKnown(bars, asOf)) return bars;
  const known: RowSource[] = [];
  let logged = 0;
  for (let index = 0; index < bars.openTime.length; index++) {
    const openTime = bars.openTime[index];
    const earlier = believedAt(revisions, openTime, logged, asOf);
    logged = earlier.next;
    if (bars.observedAt[index] <= asOf) known.push({ columns: bars, index });
    else if (earlier.index !== undefined) known.push({ columns: revisions, index: earlier.index });
  }
  const answer = gatherObserved(known);
  for (let i = 0; i < answer.state.length; i++) {
    if (answer.finalAt[i] <= asOf) continue;
    answer.state[i] = PROVISIONAL;
    answer.finalAt[i] = NaN;
  }
  return answer;
}

function wasAllKnown({ observedAt, finalAt, state }: ObservedColumns, asOf: number): boolean {
  for (let i = 0; i < observedAt.length; i++)
    if (observedAt[i] > asOf || (state[i] === FINAL && finalAt[i] > asOf)) return false;
  return true;
}

/** The log entry of a bar that was believed at a moment, looked for from place `from` on. */
function believedAt(
  { openTime, observedAt, observedTo }: ChunkContent['revisions'],
  wanted: number,
  from: number,
  asOf: number,
): { readonly index: number | undefined; readonly next: number } {
  let at = from;
  let index: number | undefined;
  while (at < openTime.length && openTime[at] < wanted) at++;
  for (; at < openTime.length && openTime[at] === wanted; at++)
    if (observedAt[at] <= asOf && asOf < observedTo[at]) index = at;
  return { index, next: at };
}

/** The newest bar known at `asOf`; `undefined` if none was. */
export function latestBarAsOf(content: ChunkContent, asOf: number): ObservedBar | undefined {
  const known = barsAsOf(content, asOf);
  const last = known.openTime.length - 1;
  return last < 0
    ? undefined
    : {
        ...barAt(known, last),
        provider: known.providers[known.provider[last]],
        observedAt: known.observedAt[last] as EpochMs,
      };
}

/** One value that was believed of a bar. Times are UTC epoch ms. */
export interface BarRevision extends Bar {
  readonly provider: string;
  readonly observedAt: number;
  /** Until when it was believed; `undefined` for the value believed now. */
  readonly observedTo: number | undefined;
  /** When it was declared final; `undefined` if it never was. */
  readonly finalAt: number | undefined;
}

/** Every value ever believed of the bar that opens at `openTime`, oldest first; none if there is no such bar. */
export function revisionsOf({ bars, revisions }: ChunkContent, openTime: number): BarRevision[] {
  const current = bars.openTime.indexOf(openTime);
  if (current < 0) return [];
  const earlier = Array.from(revisions.openTime.keys()).filter((index) => revisions.openTime[index] === openTime);
  return [
    ...earlier.map((index) => revisionAt(revisions, index, revisions.observedTo[index])),
    revisionAt(bars, current, undefined),
  ];
}

function revisionAt(columns: ObservedColumns, index: number, observedTo: number | undefined): BarRevision {
  const finalAt = columns.finalAt[index];
  return {
    ...barAt(columns, index),
    provider: columns.providers[columns.provider[index]],
    observedAt: columns.observedAt[index],
    observedTo,
    finalAt: Number.isNaN(finalAt) ? undefined : finalAt,
  };
}
