import { ChunkFormatError, type ByteReader } from './bytes.ts';
import {
  BLOCK,
  COLUMN_ROWS,
  COLUMNS,
  EXCEPTIONS,
  HEAD,
  HEAD_BYTES,
  highs,
  INPUT,
  INPUT_WORDS,
  kernel,
  MOST_EXTRA_BITS,
  placeBytes,
  places,
  readHighs,
  readPlaces,
} from './kernel/index.ts';
import type { ChunkSource, Rows } from './source.ts';

/** Bit 7 of a block's width: the block has exceptions. */
export const HAS_EXCEPTIONS = 0x80;
/** Bits of the largest whole number. */
export const MOST_BITS = 53;

export const ALL_ZERO = 0;
export const BLOCKS = 1;

const { bytes, words, doubles } = kernel;
const input = new Uint8Array(words.buffer, INPUT * 4, INPUT_WORDS * 4);

/** By slot, exceptions of the block that was read into it, where a value has more than 32 bits: what they have above 0. */
interface LongExceptions {
  count: number;
  readonly places: Uint8Array;
  readonly above: Float64Array;
}
const longExceptions = Array.from({ length: 4 }, (): LongExceptions => ({
  count: 0,
  places: new Uint8Array(BLOCK),
  above: new Float64Array(BLOCK),
}));
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

  wholes(values: Float64Array, at: number, { count, start, end }: Rows): void {
    const kind = this.head.byte();
    if (kind === ALL_ZERO) return void values.fill(0, at, at + end - start);
    if (kind !== BLOCKS) throw new ChunkFormatError(`Unknown kind of column ${kind}`);
    const shift = at - start;
    for (let first = 0; first < count; first += BLOCK) {
      const size = Math.min(BLOCK, count - first);
      if (first + size <= start || first >= end) {
        this.skipBlock(size);
        continue;
      }
      const bits = this.readBlock(size, 0);
      const from = Math.max(first, start);
      const to = Math.min(first + size, end);
      if (bits <= 32) for (let i = from; i < to; i++) values[i + shift] = words[i - first];
      else {
        const block = valuesIn(0, size, bits);
        for (let i = from; i < to; i++) values[i + shift] = block[i - first];
      }
    }
  }

  scaled(values: Float64Array, at: number, rows: Rows, power: number): void {
    const kind = this.head.byte();
    if (kind === ALL_ZERO) return void values.fill(0, at, at + rows.end - rows.start);
    if (kind !== BLOCKS) throw new ChunkFormatError(`Unknown kind of column ${kind}`);
    inTurns(
      rows,
      (size) => this.skipBlock(size),
      (size, place) => {
        const bits = this.readBlock(size, 0);
        kernel.joinAmounts(size, power, place);
        if (bits <= 32) return;
        const { count, places, above } = longExceptions[0];
        for (let i = 0; i < count; i++) doubles[COLUMNS + place + places[i]] = (words[places[i]] + above[i]) / power;
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
    const { head } = this;
    const first = head.byte();
    const width = widthOf(first);
    const count = first >= HAS_EXCEPTIONS ? exceptionCount(head.byte(), size) : 0;
    const extra = count > 0 ? extraBits(head.byte(), width) : 0;
    const needed = wordsOf(size, width);
    this.require(needed);
    if (this.position + needed > this.loadedTo) this.load();
    kernel.unpack(INPUT + this.position - this.loadedFrom, size, width, slot);
    this.position += needed;
    if (count === 0) return width;
    const length = exceptionBytes(size, count, extra);
    let from = head.skip(length);
    if (this.headShift === undefined) {
      bytes.set(head.bytes.subarray(from, from + length), EXCEPTIONS);
      from = EXCEPTIONS;
    } else from += this.headShift;
    if (width + extra > 32) readLongExceptions(from, size, count, width, extra, slot);
    else if (kernel.addExceptions(from, size, count, width, extra, slot) === 0) throw misplaced();
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
  for (let i = 0; i < size; i++) values[i] = words[slot * BLOCK + i];
  if (bits <= 32) return values;
  const { count, places, above } = longExceptions[slot];
  for (let i = 0; i < count; i++) values[places[i]] = words[slot * BLOCK + places[i]] + above[i];
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

function readLongExceptions(
  from: number,
  size: number,
  count: number,
  width: number,
  extra: number,
  slot: number,
): void {
  if (!readPlaces(bytes, from, size, count)) throw misplaced();
  readHighs(bytes, from + placeBytes(size, count), count, extra);
  const exceptions = longExceptions[slot];
  exceptions.count = count;
  const unit = 2 ** width;
  for (let i = 0; i < count; i++) {
    exceptions.places[i] = places[i];
    exceptions.above[i] = highs[i] * unit;
  }
}

function misplaced(): ChunkFormatError {
  return new ChunkFormatError('A block of the chunk has impossible exceptions');
}
