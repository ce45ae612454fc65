import type { Change } from '../../src/chunk/index.ts';

/** A change of the feed, but for its seq. */
export const A_CHANGE: Omit<Change, 'seq'> = {
  series: 'A:B/1m',
  from: 0,
  to: 0,
  inserted: 1,
  changed: 0,
  deleted: 0,
  count: 1,
  finalCount: 1,
  providers: [],
  at: 0,
};
