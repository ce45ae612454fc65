import { FINAL } from '../market/index.ts';
import type { ChunkContent } from './observed-columns.ts';

/** What a chunk's document says of its bars, so that nobody needs to decode them for it. */
export interface ChunkSummary {
  readonly count: number;
  readonly finalCount: number;
  /** openTime of the first and last bar, UTC epoch ms; absent where there is none. */
  readonly first?: number;
  readonly last?: number;
}

export function summaryOf({ bars: { openTime, state } }: ChunkContent): ChunkSummary {
  const count = openTime.length;
  let finalCount = 0;
  for (let i = 0; i < count; i++) if (state[i] === FINAL) finalCount++;
  return count === 0 ? { count, finalCount } : { count, finalCount, first: openTime[0], last: openTime[count - 1] };
}
