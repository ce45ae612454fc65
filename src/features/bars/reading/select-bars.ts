import {
  copyBar,
  FINAL,
  firstIndexFrom,
  newColumnsLike,
  sliceColumns,
  type BarColumns,
} from '../../../market/index.ts';

/** Leaves out the bars from the one that opens at `runningFrom` on. */
export function selectClosed(columns: BarColumns, runningFrom: number): BarColumns {
  const { openTime } = columns;
  const end = firstIndexFrom(openTime, runningFrom);
  return end === openTime.length ? columns : sliceColumns(columns, 0, end);
}

export interface FinalSelection {
  readonly kept: BarColumns;
  /** openTimes of the bars that were left out. */
  readonly withheld: Float64Array;
}

const NONE = new Float64Array(0);

/** Leaves out what is not final, where only final bars are wanted. */
export function selectFinal(columns: BarColumns, isFinalOnly: boolean): FinalSelection {
  const { openTime, state } = columns;
  if (!isFinalOnly || state.every((code) => code === FINAL)) return { kept: columns, withheld: NONE };
  const kept = newColumnsLike([columns], openTime.length);
  const withheld = new Float64Array(openTime.length);
  let keptCount = 0;
  for (let i = 0; i < openTime.length; i++) {
    if (state[i] === FINAL) copyBar(columns, i, kept, keptCount++);
    else withheld[i - keptCount] = openTime[i];
  }
  return { kept: sliceColumns(kept, 0, keptCount), withheld: withheld.subarray(0, openTime.length - keptCount) };
}
