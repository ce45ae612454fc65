import type { ByteReader } from './bytes.ts';

/** Of the `count` rows of a chunk, those in `[start, end)`. */
export interface Rows {
  readonly count: number;
  readonly start: number;
  readonly end: number;
}

export function allRows(count: number): Rows {
  return { count, start: 0, end: count };
}

/** The columns of a chunk, read in the order in which they were written: each from its description in the head. */
export interface ChunkSource {
  readonly head: ByteReader;
  /** Puts a column of whole numbers into `values` from place `at` on. @throws ChunkFormatError */
  wholes(values: Float64Array, at: number, rows: Rows): void;
  /** The same divided by a power of ten. */
  scaled(values: Float64Array, at: number, rows: Rows, power: number): void;
  /** The same of numbers that are doubled at a smaller power, or doubled and 1 more at the other. */
  twoScales(values: Float64Array, at: number, rows: Rows, power: number, smaller: number): void;
  /** The same of doubles, bit for bit. */
  doubles(values: Float64Array, at: number, rows: Rows): void;
  readonly isAtEnd: boolean;
}

/** Numbers that stand for 0, -1, 1, -2, 2 as 0, 1, 2, 3, 4. */
export function signedOf(code: number): number {
  const half = Math.floor(code / 2);
  return half * 2 === code ? half : -half - 1;
}

/** Undoes {@link signedOf}. */
export function codeOf(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
