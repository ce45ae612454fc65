import { ALL_ZERO, BLOCKS, HAS_EXCEPTIONS, putColumn, wordsOf } from './block-source.ts';
import { ByteWriter } from './bytes.ts';
import { BLOCK, COLUMN_ROWS, EXCEPTIONS, kernel, PACKED, WIDE } from './kernel/index.ts';

const { bytes, words, doubles } = kernel;

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

  /**
   * Writes amounts as whole numbers.
   * @param split has the kernel make them of `size` amounts at place `at` of its first column, if it can
   * @returns whether it could; if not, the column is to be written again
   */
  amounts(values: Float64Array, split: (size: number, at: number) => number): boolean {
    const count = values.length;
    this.head.byte(BLOCKS);
    for (let first = 0; first < count; first += BLOCK) {
      const size = Math.min(BLOCK, count - first);
      const at = first % COLUMN_ROWS;
      if (at === 0) putColumn(0, values, first);
      if (split(size, at) === 0) return false;
      this.packed(size, kernel.packWide(size));
    }
    return true;
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
    for (let i = 0; i < size; i++) doubles[WIDE + i] = values[first + i];
    this.packed(size, kernel.packWide(size));
  }

  /** Writes the values in a slot of the kernel as one block. */
  slot(slot: number, size: number): void {
    this.packed(size, kernel.pack(size, slot));
  }

  /** Takes the packed block from the kernel. */
  private packed(size: number, packed: number): void {
    const width = packed & 0xff;
    const exceptionBytes = packed >>> 8;
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
