import type { TimeRange } from '../market/index.ts';
import { newRevisionColumns, type ChunkContent, type RevisionColumns } from './observed-columns.ts';
import { gatherObserved, gatherRevisions, hasSameValue, revisionRows, type RevisionRow } from './observed-rows.ts';

const EMPTY = newRevisionColumns(0);

/** The log of a chunk in which nothing was ever corrected. */
export function noRevisions(): RevisionColumns {
  return EMPTY;
}

/** The newest `keep` entries, and the rest: those that ceased to be believed first. */
export function cutRevisions(revisions: RevisionColumns, keep: number): { kept: RevisionColumns; moved: RevisionColumns } {
  const newestFirst = revisionRows(revisions).sort((a, b) => b.observedTo - a.observedTo);
  return { kept: gatherRevisions(newestFirst.slice(0, keep)), moved: gatherRevisions(newestFirst.slice(keep)) };
}

/** Several logs of one chunk as one; an entry that stands in two of them is kept once. */
export function mergeRevisions(logs: readonly RevisionColumns[]): RevisionColumns {
  const filled = logs.filter(({ openTime }) => openTime.length > 0);
  if (filled.length <= 1) return filled[0] ?? EMPTY;
  const merged = gatherRevisions(filled.flatMap(revisionRows));
  const rows = revisionRows(merged);
  const distinct = rows.filter((row, place) => place === 0 || !isSameEntry(rows[place - 1], row));
  return distinct.length === rows.length ? merged : gatherRevisions(distinct);
}

function isSameEntry(a: RevisionRow, b: RevisionRow): boolean {
  return (
    a.columns.openTime[a.index] === b.columns.openTime[b.index] &&
    a.columns.observedAt[a.index] === b.columns.observedAt[b.index] &&
    a.observedTo === b.observedTo &&
    hasSameValue(a.columns, a.index, b.columns, b.index)
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
