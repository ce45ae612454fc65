import type { PriceBasis } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';
import type { AskedRange } from './ledger.ts';

/** Why what a provider gives cannot stand beside what is held. */
export interface SyncRefusal {
  readonly code: string;
  readonly message: string;
  /** UTC epoch ms. */
  readonly at: number;
}

/** Which parts of a series providers were asked for. */
export interface CoverageDocument {
  /** The series: `NASDAQ:AAPL/1m` */
  readonly _id: string;
  /** Counts the writes; each is guarded by it. */
  readonly rev: number;
  /** What the prices of its providers mean; absent where none said. */
  readonly basis?: PriceBasis;
  /** The currency that its prices are in; absent where no provider named one. */
  readonly currency?: string;
  /** Why syncs of the series are refused; absent once one was not. */
  readonly refusal?: SyncRefusal;
  /**
   * The series is being fetched anew on another basis: bars before this openTime, UTC epoch ms, are on the new one,
   * those after it may be on either.
   */
  readonly rebasedUntil?: number;
  /** Ascending and disjoint. */
  readonly asked: readonly AskedRange[];
}

export interface CoverageCollections {
  readonly coverage: Collection<CoverageDocument>;
}

export function openCoverageCollections(database: Database): CoverageCollections {
  return { coverage: database.collection('coverage') };
}
