import { ALL_ZERO, BLOCKS, HAS_EXCEPTIONS, MOST_BITS, putColumn, wordsOf } from './block-source.ts';
import { ByteWriter } from './bytes.ts';
import {
  BLOCK,
  cheapestWidth,
  COLUMN_ROWS,
  EXCEPTIONS,
  highs,
  kernel,
  packLows,
  PACKED,
  places,
  writeExceptions,
} from './kernel/index.ts';

const TWO_32 = 2 ** 32;

const { bytes, words } = kernel;
/** A block of values of more than 32 bits. */
const long = new Float64Array(BLOCK);
/** How many values of the block have so many bits. */
const lengths = new Uint32Array(MOST_BITS + 1);

/** The chunk being written: its head of bytes and its body of words. Kept and reused between chunks. */
export class BlockSink {
  readonly head = new ByteWriter();
  private words = new Uint32Array(8_192);
  private wordCount = 0;

  clear(): void {
    this.head.clear();
    this.wordCount = 0;
  }

  /** What is written so far, to {@link rewind} to. */
  mark(): readonly [number, number] {
    return [this.head.length, this.wordCount];
  }

  rewind([headLength, wordCount]: readonly [number, number]): void {
    this.head.rewind(headLength);
    this.wordCount = wordCount;
  }

  body(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, this.wordCount * 4);
  }

  /** Writes the first `count` of whole numbers from 0 to 2^53 - 1. */
  wholes(values: Float64Array, count: number): void {
    let largest = 0;
    for (let i = 0; i < count; i++) if (values[i] > largest) largest = values[i];
    if (largest === 0) return this.head.byte(ALL_ZERO);
    this.head.byte(BLOCKS);
    for (let first = 0; first < count; first += BLOCK) this.block(values, first, Math.min(BLOCK, count - first));
  }

  /** Writes what is whole and not negative at a scale. */
  scaled(values: Float64Array, power: number): void {
    const count = values.length;
    this.head.byte(BLOCKS);
    for (let first = 0; first < count; first += BLOCK) {
      const size = Math.min(BLOCK, count - first);
      const at = first % COLUMN_ROWS;
      if (at === 0) putColumn(0, values, first);
      if (kernel.splitAmounts(size, power, at) === 1) this.slot(0, size);
      else {
        for (let i = 0; i < size; i++) long[i] = Math.round(values[first + i] * power);
        this.block(long, 0, size);
      }
    }
  }

  /** Writes a column of nothing but 0. */
  noWholes(): void {
    this.head.byte(ALL_ZERO);
  }

  /** Writes doubles, bit for bit. */
  doubles(values: Float64Array, count: number): void {
    this.reserve(count * 2);
    new Uint8Array(this.words.buffer, this.wordCount * 4, count * 8).set(
      new Uint8Array(values.buffer, values.byteOffset, count * 8),
    );
    this.wordCount += count * 2;
  }

  /** Writes `size` values from place `first` on as one block. */
  block(values: Float64Array, first: number, size: number): void {
    let largest = 0;
    for (let i = 0; i < size; i++) {
      const value = values[first + i];
      if (value > largest) largest = value;
      words[i] = value;
    }
    if (largest < TWO_32) return this.slot(0, size);
    lengths.fill(0);
    for (let i = first; i < first + size; i++) lengths[bitsOf(values[i])]++;
    const width = cheapestWidth(lengths, 0, MOST_BITS, size);
    const limit = 2 ** width;
    let count = 0;
    for (let i = 0; i < size; i++) {
      if (values[first + i] < limit) continue;
      places[count] = i;
      highs[count++] = Math.floor(values[first + i] / limit);
    }
    packLows(words, size, width, 0);
    this.packed(size, width, writeExceptions(bytes, size, count));
  }

  /** Writes the values in a slot of the kernel as one block. */
  slot(slot: number, size: number): void {
    const packed = kernel.pack(size, slot);
    this.packed(size, packed & 0xff, packed >>> 8);
  }

  /** Takes the packed block from the kernel. */
  private packed(size: number, width: number, exceptionBytes: number): void {
    const { head } = this;
    head.byte(exceptionBytes > 0 ? width | HAS_EXCEPTIONS : width);
    head.copy(bytes, EXCEPTIONS, exceptionBytes);
    const count = wordsOf(size, width);
    this.reserve(count);
    const { wordCount } = this;
    for (let i = 0; i < count; i++) this.words[wordCount + i] = words[PACKED + i];
    this.wordCount += count;
  }

  /** Makes room for `count` more words. */
  private reserve(count: number): void {
    const needed = this.wordCount + count;
    if (needed <= this.words.length) return;
    const larger = new Uint32Array(Math.max(needed, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }
}

function bitsOf(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / TWO_32);
}
