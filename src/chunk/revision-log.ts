import type { TimeRange } from '../market/index.ts';
import { newRevisionColumns, type ChunkContent, type RevisionColumns } from './observed-columns.ts';
import { gatherObserved, gatherRevisions, hasSameValue, revisionRows, type RevisionRow } from './observed-rows.ts';

const EMPTY = newRevisionColumns(0);

/** The log of a chunk in which nothing was ever corrected. */
export function noRevisions(): RevisionColumns {
  return EMPTY;
}

/** The newest `keep` entries, and the rest: those that ceased to be believed first, of equals those that came first. */
export function cutRevisions(
  revisions: RevisionColumns,
  keep: number,
): { kept: RevisionColumns; moved: RevisionColumns } {
  const oldestFirst = revisionRows(revisions).sort((a, b) => a.observedTo - b.observedTo);
  const cut = Math.max(0, oldestFirst.length - keep);
  return { kept: gatherRevisions(oldestFirst.slice(cut)), moved: gatherRevisions(oldestFirst.slice(0, cut)) };
}

/** Several logs of one chunk as one, older ones first; an entry that stands in two of them is kept once. */
export function mergeRevisions(logs: readonly RevisionColumns[]): RevisionColumns {
  const filled = logs.filter(({ openTime }) => openTime.length > 0);
  if (filled.length <= 1) return filled[0] ?? EMPTY;
  const distinct: RevisionRow[] = [];
  for (const row of revisionRows(gatherRevisions(filled.flatMap(revisionRows))))
    if (!endsWithEntry(distinct, row)) distinct.push(row);
  return gatherRevisions(distinct);
}

/** Whether the entry is among the last rows, those of its bar and span. */
function endsWithEntry(rows: readonly RevisionRow[], entry: RevisionRow): boolean {
  for (let i = rows.length - 1; i >= 0 && hasSameSpan(rows[i], entry); i--) {
    const { columns, index } = rows[i];
    const isOfSameProvider = columns.provider[index] === columns.provider[entry.index];
    if (isOfSameProvider && hasSameValue(columns, index, columns, entry.index)) return true;
  }
  return false;
}

function hasSameSpan({ columns, index, observedTo }: RevisionRow, other: RevisionRow): boolean {
  const { openTime, observedAt } = columns;
  return (
    openTime[index] === openTime[other.index] &&
    observedAt[index] === observedAt[other.index] &&
    observedTo === other.observedTo
  );
}

/** Removes the bars of a range with all their earlier values. */
export function deleteRange({ bars, revisions }: ChunkContent, { from, to }: TimeRange): ChunkContent {
  const isOutside = (openTime: number): boolean => openTime < from || openTime >= to;
  const keptBars = Array.from(bars.openTime, (openTime, index) => ({ openTime, columns: bars, index }));
  const keptRevisions = revisionRows(revisions).filter(({ index }) => isOutside(revisions.openTime[index]));
  return {
    bars: gatherObserved(keptBars.filter(({ openTime }) => isOutside(openTime))),
    revisions: gatherRevisions(keptRevisions),
  };
}
