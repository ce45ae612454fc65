import { ChunkFormatError, type ByteReader } from './bytes.ts';
import {
  BLOCK,
  COLUMN_ROWS,
  COLUMNS,
  EXCEPTIONS,
  HEAD,
  HEAD_BYTES,
  INPUT,
  INPUT_WORDS,
  kernel,
  MOST_BITS,
  MOST_EXTRA_BITS,
  placeBytes,
  WIDE,
} from './kernel/index.ts';
import type { ChunkSource, Rows } from './source.ts';

/** Bit 7 of a block's width: the block has exceptions. */
export const HAS_EXCEPTIONS = 0x80;

export const ALL_ZERO = 0;
export const BLOCKS = 1;

const { bytes, words, doubles } = kernel;
const input = new Uint8Array(words.buffer, INPUT * 4, INPUT_WORDS * 4);

/** By slot, the block that was read into it, where a value has more than 32 bits. */
const longValues = Array.from({ length: 4 }, () => new Float64Array(BLOCK));

/** The columns of one chunk of format 2; good until the next is made. */
export class BlockSource implements ChunkSource {
  readonly head: ByteReader;
  private readonly body: Uint8Array;
  private readonly end: number;
  private position = 0;
  /** Which words of the body are in the kernel's memory. */
  private loadedFrom = 0;
  private loadedTo = 0;

  /** What the head says of the block that is next, see {@link describe}. */
  private width = 0;
  private exceptions = 0;
  private extra = 0;
  private wordsAt = 0;
  private exceptionsAt = 0;

  /** How much is added to a place in the head to have it in the kernel's memory, if the head has room there. */
  private readonly headShift: number | undefined;

  constructor(head: ByteReader, body: Uint8Array) {
    this.head = head;
    this.body = body;
    this.end = body.length >>> 2;
    const rest = head.rest();
    if (rest.length > HEAD_BYTES) return;
    bytes.set(rest, HEAD);
    this.headShift = HEAD - head.position;
  }

  get isAtEnd(): boolean {
    return this.head.isAtEnd && this.position * 4 === this.body.length;
  }

  wholes(values: Float64Array, at: number, rows: Rows): void {
    this.scaled(values, at, rows, 1);
  }

  scaled(values: Float64Array, at: number, rows: Rows, power: number): void {
    this.joined(values, at, rows, (size, place) => kernel.joinAmounts(size, power, place));
  }

  twoScales(values: Float64Array, at: number, rows: Rows, power: number, smaller: number): void {
    this.joined(values, at, rows, (size, place) => kernel.joinTwoScales(size, power, smaller, place));
  }

  /** Reads a column of whole numbers, of which `join` has the kernel make `size` values at a place of its first column. */
  private joined(values: Float64Array, at: number, rows: Rows, join: (size: number, place: number) => void): void {
    const kind = this.head.byte();
    if (kind === ALL_ZERO) return void values.fill(0, at, at + rows.end - rows.start);
    if (kind !== BLOCKS) throw new ChunkFormatError(`Unknown kind of column ${kind}`);
    inTurns(
      rows,
      (size) => this.skipBlock(size),
      (size, place) => {
        this.describe(size);
        this.readWide(size);
        join(size, place);
      },
      (from, count, to) => takeColumn(0, from, count, values, at + to),
    );
  }

  doubles(values: Float64Array, at: number, { count, start, end }: Rows): void {
    this.require(count * 2);
    const column = this.body.subarray(this.position * 4, (this.position + count * 2) * 4);
    const view = new DataView(column.buffer, column.byteOffset, column.length);
    for (let i = start; i < end; i++) values[at + i - start] = view.getFloat64(i * 8, true);
    this.position += count * 2;
  }

  /**
   * Reads the block of `size` values that is next into a slot of the kernel, or where a value has more than 32 bits,
   * to be had from {@link valuesIn}.
   * @returns how many bits no value has more than
   */
  readBlock(size: number, slot: number): number {
    this.describe(size);
    const { width, exceptions, extra } = this;
    if (width + extra > 32) {
      this.readWide(size);
      longValues[slot].set(wide);
    } else {
      kernel.unpack(this.wordsAt, size, width, slot);
      if (exceptions > 0 && kernel.addExceptions(this.exceptionsAt, size, exceptions, width, extra, slot) === 0)
        throw misplaced();
    }
    return width + extra;
  }

  /** Leaves out the block that is next. */
  skipBlock(size: number): void {
    const { head } = this;
    const first = head.byte();
    const width = widthOf(first);
    if (first >= HAS_EXCEPTIONS) {
      const count = exceptionCount(head.byte(), size);
      head.skip(exceptionBytes(size, count, extraBits(head.byte(), width)));
    }
    const needed = wordsOf(size, width);
    this.require(needed);
    this.position += needed;
  }

  /** Has the words and exceptions of the block that is next in the kernel's memory, and goes past it. */
  private describe(size: number): void {
    const { head } = this;
    const first = head.byte();
    this.width = widthOf(first);
    this.exceptions = first >= HAS_EXCEPTIONS ? exceptionCount(head.byte(), size) : 0;
    this.extra = this.exceptions > 0 ? extraBits(head.byte(), this.width) : 0;
    const needed = wordsOf(size, this.width);
    this.require(needed);
    if (this.position + needed > this.loadedTo) this.load();
    this.wordsAt = INPUT + this.position - this.loadedFrom;
    this.position += needed;
    if (this.exceptions === 0) return;
    const length = exceptionBytes(size, this.exceptions, this.extra);
    const from = head.skip(length);
    if (this.headShift === undefined) bytes.set(head.bytes.subarray(from, from + length), EXCEPTIONS);
    this.exceptionsAt = this.headShift === undefined ? EXCEPTIONS : from + this.headShift;
  }

  private readWide(size: number): void {
    const { wordsAt, exceptionsAt, width, exceptions, extra } = this;
    if (kernel.unpackWide(wordsAt, exceptionsAt, size, width, exceptions, extra) === 0) throw misplaced();
  }

  private require(count: number): void {
    if (count > this.end - this.position) throw new ChunkFormatError('The chunk has fewer words than it claims');
  }

  private load(): void {
    this.loadedFrom = this.position;
    this.loadedTo = Math.min(this.end, this.position + INPUT_WORDS);
    input.set(this.body.subarray(this.loadedFrom * 4, this.loadedTo * 4));
  }
}

/** The values of the block that was last read into a slot, of any length in bits. */
export function valuesIn(slot: number, size: number, bits: number): Float64Array {
  const values = longValues[slot];
  if (bits <= 32) for (let i = 0; i < size; i++) values[i] = words[slot * BLOCK + i];
  return values;
}

/** Whole blocks have lanes, which fill the same number of words; shorter ones have one. */
export function wordsOf(size: number, width: number): number {
  return (size * width + 31) >>> 5;
}

/**
 * Decodes in turns of as many rows as the kernel has room for, and takes those that are wanted from its columns.
 * @param readBlock decodes the block that is next to place `at` of the columns
 * @param take takes rows `[from, from + count)` of the columns, the first of which is wanted at place `to`
 */
export function inTurns(
  { count, start, end }: Rows,
  skipBlock: (size: number) => void,
  readBlock: (size: number, at: number) => void,
  take: (from: number, count: number, to: number) => void,
): void {
  for (let turn = 0; turn < count; turn += COLUMN_ROWS) {
    const turnEnd = Math.min(count, turn + COLUMN_ROWS);
    for (let first = turn; first < turnEnd; first += BLOCK) {
      const size = Math.min(BLOCK, turnEnd - first);
      if (first + size <= start || first >= end) skipBlock(size);
      else readBlock(size, first - turn);
    }
    const from = Math.max(turn, start);
    const to = Math.min(turnEnd, end);
    if (from < to) take(from - turn, to - from, from - start);
  }
}

const wide = doubles.subarray(WIDE, WIDE + BLOCK);
const columnViews = [0, 1, 2, 3].map((column) =>
  doubles.subarray(COLUMNS + column * COLUMN_ROWS, COLUMNS + (column + 1) * COLUMN_ROWS),
);

/** Copies rows of one of the kernel's columns. */
export function takeColumn(column: number, from: number, count: number, target: Float64Array, to: number): void {
  target.set(columnViews[column].subarray(from, from + count), to);
}

/** Copies rows from `first` on, as many as there is room for, to one of the kernel's columns. */
export function putColumn(column: number, values: Float64Array, first: number): void {
  columnViews[column].set(values.subarray(first, first + COLUMN_ROWS));
}

function widthOf(first: number): number {
  const width = first & ~HAS_EXCEPTIONS;
  if (width > 32) throw new ChunkFormatError('A block of the chunk has an impossible width');
  return width;
}

function exceptionCount(count: number, size: number): number {
  if (count > size) throw misplaced();
  return count;
}

function extraBits(extra: number, width: number): number {
  if (extra > MOST_EXTRA_BITS || width + extra > MOST_BITS) throw misplaced();
  return extra;
}

function exceptionBytes(size: number, count: number, extra: number): number {
  return placeBytes(size, count) + ((count * extra + 7) >>> 3);
}

function misplaced(): ChunkFormatError {
  return new ChunkFormatError('A block of the chunk has impossible exceptions');
}
