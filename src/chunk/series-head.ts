import type { ChangeRecord } from './chunk-document.ts';
import type { ChunkSummary } from './summary.ts';

/** What is known of a whole series; follows the change feed, and can be rebuilt from the chunks. */
export interface SeriesHead extends ChunkSummary {
  /** `NASDAQ:AAPL/1m` */
  readonly _id: string;
  readonly instrumentId: string;
  readonly interval: string;
  readonly providers: readonly string[];
  /** The newest change that this head has seen. */
  readonly lastSeq: number;
}

/** A change record after publication: `_id` is its `seq`. */
export interface PublishedChange extends ChangeRecord {
  readonly _id: number;
}
