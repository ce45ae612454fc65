import type { PriceBasis } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';
import type { AskedRange } from './ledger.ts';

/** Which parts of a series providers were asked for. */
export interface CoverageDocument {
  /** The series: `NASDAQ:AAPL/1m` */
  readonly _id: string;
  /** Counts the writes; each is guarded by it. */
  readonly rev: number;
  /** What the prices of its providers mean; absent where none said. */
  readonly basis?: PriceBasis;
  /** Ascending and disjoint. */
  readonly asked: readonly AskedRange[];
}

export interface CoverageCollections {
  readonly coverage: Collection<CoverageDocument>;
}

export function openCoverageCollections(database: Database): CoverageCollections {
  return { coverage: database.collection('coverage') };
}
