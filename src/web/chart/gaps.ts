import { closeOf, type Interval } from '../intervals.ts';
import { indexAtTime, type Gap, type Row } from './rows.ts';

/** Gaps of adjoining answers as one list: what goes on over a border is one gap. */
export function joinedGaps(lists: readonly (readonly Gap[])[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of lists.flat()) {
    const last = joined.at(-1);
    if (last === undefined || last.to !== gap.from || last.reason !== gap.reason || isOfParts(last) !== isOfParts(gap))
      joined.push(gap);
    else joined[joined.length - 1] = together(last, gap);
  }
  return joined;
}

/** Whether only parts of a bar that is there are missing. */
const isOfParts = ({ bars }: Gap): boolean => bars === 0;

function together(first: Gap, second: Gap): Gap {
  const parts = (first.parts ?? 0) + (second.parts ?? 0);
  return { ...first, to: second.to, bars: first.bars + second.bars, ...(parts > 0 ? { parts } : {}) };
}

/** The rows that a gap covers, first and last; undefined if there are none. */
export function rowsIn(gap: Gap, rows: readonly Row[], interval: Interval): readonly [number, number] | undefined {
  let first = indexAtTime(rows, gap.from);
  const row = rows[first];
  // The row before the gap counts where the gap is inside of its bar.
  if (row === undefined || (row.openTime < gap.from && closeOf(row.openTime, interval) <= gap.from)) first++;
  const last = indexAtTime(rows, gap.to - 1);
  return first <= last ? [first, last] : undefined;
}
