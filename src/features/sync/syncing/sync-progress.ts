import type { Span } from '../../../market/index.ts';

/** What a sync has counted. `fetched` is what became of the bars that came: the four after it and `skippedStale`. */
export interface SyncProgress {
  /** Bars that the schedule expects in the range; `undefined` where none is known. */
  readonly expected: number | undefined;
  /** Bars that were expected and missing when the sync began, after the newest stored ones had been read again. */
  readonly wanted: number;
  readonly fetched: number;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skippedStale: number;
  readonly rejected: number;
  /** Expected intervals in which a provider says that nothing traded. */
  readonly empty: number;
  /** Expected intervals for which the provider could not answer. */
  readonly failed: number;
  /** Requests that were planned and done. */
  readonly requests: number;
  /** When the newest stored bars were last read again, UTC epoch ms; whoever goes on soon after need not. */
  readonly overlapReadAt: number | undefined;
  /** What is still missing and why, at most 100 ranges. */
  readonly gaps: readonly SyncGap[];
  /** Requests that the provider could not answer in the newest attempt, at most 100; jobs of earlier releases have none. */
  readonly failures?: readonly SyncFailure[];
}

export interface SyncFailure extends Span {
  readonly code: string;
  readonly message: string;
}

export interface SyncGap extends Span {
  readonly bars: number;
  readonly reason: string;
}

export const NO_PROGRESS: SyncProgress = {
  expected: undefined,
  wanted: 0,
  fetched: 0,
  inserted: 0,
  changed: 0,
  unchanged: 0,
  skippedStale: 0,
  rejected: 0,
  empty: 0,
  failed: 0,
  requests: 0,
  overlapReadAt: undefined,
  gaps: [],
  failures: [],
};
