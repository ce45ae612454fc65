// What tells how bars came to be as they are, for other slices and doors.
export { getChanges, type ChangesAnswer } from './queries/get-changes/get-changes.query.ts';
export { getCorrections, type CorrectionsAnswer } from './queries/get-corrections/get-corrections.query.ts';
export { getNewestSeq } from './queries/get-newest-seq/get-newest-seq.query.ts';
export {
  getQuarantine,
  type QuarantineAnswer,
  type RefusedBar,
} from './queries/get-quarantine/get-quarantine.query.ts';
export { getRevisions } from './queries/get-revisions/get-revisions.query.ts';
export { getStoredTotals } from './queries/get-stored-totals/get-stored-totals.query.ts';
