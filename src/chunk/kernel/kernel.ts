/**
 * What costs the time of coding, for one block of values: bits, differences and scales. A kernel works on memory of
 * its own, of fixed size; who calls it puts values in and takes results out before anybody else calls. The caller
 * checks arguments. Two do the same, bit for bit: {@link ./reference.ts} and {@link ./wasm.ts}.
 */
export interface Kernel {
  /** The memory as bytes, 32-bit words and doubles. */
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
  /** Puts `size` values into a slot: of `width` low bits each in the words from place `from` on. */
  unpack(from: number, size: number, width: number, slot: number): void;
  /**
   * Adds the `extra` bits above the width to exceptions in a slot, from the bytes at place `from`: first their places,
   * then these bits. Width and extra are at most 32 together.
   * @returns 1, or 0 if an exception is outside the block or there are not `count`
   */
  addExceptions(from: number, size: number, count: number, width: number, extra: number, slot: number): number;
  /**
   * Packs a slot: low bits to the words from {@link PACKED} on, and where there are exceptions, what the head says of
   * them to the bytes from {@link EXCEPTIONS} on.
   * @returns the width, and from bit 8 on how many of these bytes there are
   */
  pack(size: number, slot: number): number;
  /**
   * Makes open, high, low and close of the four slots, at place `at` of the four columns from {@link COLUMNS} on: open
   * less the close before and close less open (both signed, at most {@link MOST_MOVE_BITS}), high above and low
   * below the two (at most {@link MOST_SHADOW_BITS}). `base` is the close before the block.
   */
  joinPrices(size: number, base: number, power: number, at: number): void;
  /**
   * Undoes it.
   * @returns 1, or 0 if it cannot be undone within these bits or to the last bit of all prices; then slots mean nothing
   */
  splitPrices(size: number, base: number, power: number, at: number): number;
  /**
   * Unpacks whole numbers of up to 53 bits to the doubles from {@link WIDE} on: `width` low bits of each (at most 32)
   * from the word at place `from` on, and from byte `exceptions` on what `count` of them have above, as in
   * {@link addExceptions}.
   * @returns as {@link addExceptions}
   */
  unpackWide(from: number, exceptions: number, size: number, width: number, count: number, extra: number): number;
  /** Packs the whole numbers that {@link unpackWide} gives, which are lost, and slot 0 too. @returns as {@link pack} */
  packWide(size: number): number;
  /** Divides whole numbers from {@link WIDE} on by a power of ten, to place `at` of the first column. */
  joinAmounts(size: number, power: number, at: number): void;
  /**
   * Undoes it.
   * @returns 1, or 0 if an amount is not a whole number from 0 to 2^50 at this scale, to the last bit; then what is
   * from {@link WIDE} on means nothing
   */
  splitAmounts(size: number, power: number, at: number): number;
  /** The same of numbers that are the doubled whole at the smaller power, or the doubled one at the other and 1 more. */
  joinTwoScales(size: number, power: number, smaller: number, at: number): void;
  /** Undoes it: at the smaller power where the amount fits. @returns as {@link splitAmounts} */
  splitTwoScales(size: number, power: number, smaller: number, at: number): number;
}

/** Values in a whole block, in lanes: value i is the one at place i >> 2 of lane i & 3. A shorter block has one lane. */
export const BLOCK = 128;
export const LANES = 4;

export const MOST_MOVE_BITS = 22;
export const MOST_SHADOW_BITS = 28;

/** Bits of the largest whole number. */
export const MOST_BITS = 53;
/** Bits that an exception has above the width of its block. */
export const MOST_EXTRA_BITS = 24;

// What is where in the memory, in its own unit: four slots of values (words), a packed block (words), exceptions
// (bytes), counts (words), a block of wide values (doubles), four columns (doubles), words and head of a chunk. Unpacking
// reads a word of each lane too many.
export const PACKED = 4 * BLOCK;
export const EXCEPTIONS = 4 * (PACKED + BLOCK + LANES);
const EXCEPTION_BYTES = 640;
export const LENGTHS = (EXCEPTIONS + EXCEPTION_BYTES) / 4;
export const WIDE = 512;
export const COLUMNS = WIDE + BLOCK;
export const COLUMN_ROWS = 16 * BLOCK;
export const INPUT = 2 * (COLUMNS + 4 * COLUMN_ROWS);
export const INPUT_WORDS = 24_000;
export const HEAD = 4 * (INPUT + INPUT_WORDS + 2 * LANES);
export const HEAD_BYTES = 29_000;
export const MEMORY_BYTES = 3 * 65_536;

/** Places of exceptions are listed, or told as a bit of each value where that is shorter. */
export function placeBytes(size: number, count: number): number {
  return Math.min(count, (size + 7) >>> 3);
}
