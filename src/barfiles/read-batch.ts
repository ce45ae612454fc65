import type { BarColumns, BarFault } from '../market/index.ts';

/** A row that is no bar. */
export interface ReadFault {
  /** Line of a text file, row of a binary one; from 1, a header counts. */
  readonly line: number;
  /** UTC epoch ms, where its time can be told. */
  readonly openTime?: number;
  readonly code: BarFault;
  readonly message: string;
  /** The row as it stood. */
  readonly raw: string;
}

/** Some rows of a file; its columns are good until the next batch is asked for. */
export interface ReadBatch {
  readonly columns: BarColumns;
  /** For each bar, its line or row. */
  readonly lines: Float64Array;
  readonly faults: readonly ReadFault[];
}
