import type { BarInterval } from '../market/index.ts';
import { decodeBars, decodeRevisions } from './codec.ts';
import { noRevisions } from './revision-log.ts';
import type { ChunkContent } from './observed-columns.ts';
import type { ChunkSummary } from './summary.ts';
import type { ChunkWindow } from './window.ts';

/** A change of one chunk, waiting in it until the relay publishes it. */
export interface ChangeRecord {
  /** Random; tells a change that was published before from a new one. */
  readonly changeId: string;
  readonly series: string;
  /** openTime range that was touched: `[from, to)`, UTC epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly inserted: number;
  readonly changed: number;
  readonly deleted: number;
  /** By how many the chunk's bars, and its final ones, grew. */
  readonly count: number;
  readonly finalCount: number;
  readonly providers: readonly string[];
  /** When it happened, UTC epoch ms. */
  readonly at: number;
}

/** One series' bars of one calendar window. */
export interface ChunkDocument extends ChunkSummary {
  /** `NASDAQ:AAPL/1m/2014-06-05` */
  readonly _id: string;
  /** Counts the writes; every write is guarded by the one it read. */
  readonly rev: number;
  readonly bars: Uint8Array;
  /** What they add up to, see `outlineText`; absent where bars begin with trading, and in chunks of earlier releases. */
  readonly outline?: string;
  /** Earlier values; absent where nothing was ever corrected. */
  readonly revisions?: Uint8Array;
  /** Newest `observedTo` of the revisions that were moved to `chunk_history`. */
  readonly historyTo?: number;
  readonly pending?: readonly ChangeRecord[];
  /** When the oldest pending change happened; absent where none waits. */
  readonly pendingSince?: number;
}

/** The oldest part of a long revision log. */
export interface ChunkHistoryDocument {
  /** The chunk's id and the `rev` it was cut at. */
  readonly _id: string;
  readonly chunkId: string;
  readonly revisions: Uint8Array;
  /** Newest `observedTo` in it. */
  readonly observedTo: number;
}

/** What a chunk holds. @throws ChunkFormatError */
export function contentOf(
  { bars, revisions }: Pick<ChunkDocument, 'bars' | 'revisions'>,
  interval: BarInterval,
  window: ChunkWindow,
): ChunkContent {
  return {
    bars: decodeBars(bars, interval, window),
    revisions: revisions === undefined ? noRevisions() : decodeRevisions(revisions, interval, window),
  };
}
