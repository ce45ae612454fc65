import { ChunkFormatError, type ByteReader } from '../bytes.ts';
import type { ChunkSource, Rows } from '../source.ts';

/**
 * Columns of whole numbers, packed in blocks of 128: in each block every value has the same number of low bits, in
 * 32-bit words; the few larger ones (exceptions) have their high bits beside the block's width in the head.
 */
const BLOCK = 128;

const ALL_ZERO = 0;
/** Every value below 2^32. */
const NARROW = 1;
/** The quotients by 2^32 of all values, then the remainders. */
const WIDE = 2;

const TWO_32 = 2 ** 32;

/** The block being unpacked. */
const block = new Uint32Array(BLOCK);

/** Kept and reused between chunks: a chunk's bytes need not begin on a word boundary, so that they are copied. */
let scratchBytes = new Uint8Array(4_096);
let scratchWords = new Uint32Array(scratchBytes.buffer);

const doubleValue = new Float64Array(1);
const doubleWords = new Uint32Array(doubleValue.buffer);

/** The columns of one chunk of format 1, read in the order in which they were written; good until the next is made. */
export class WordSource implements ChunkSource {
  readonly head: ByteReader;
  private readonly words: Uint32Array;
  private readonly end: number;
  private position = 0;

  constructor(head: ByteReader, body: Uint8Array) {
    // One word more, as unpacking reads a word ahead.
    if (body.length + 4 > scratchBytes.length) {
      scratchBytes = new Uint8Array((body.length + 7) & ~3);
      scratchWords = new Uint32Array(scratchBytes.buffer);
    }
    scratchBytes.set(body);
    this.head = head;
    this.words = scratchWords;
    this.end = body.length >>> 2;
  }

  get isAtEnd(): boolean {
    return this.head.isAtEnd && this.position === this.end;
  }

  wholes(values: Float64Array, at: number, rows: Rows): void {
    const kind = this.head.byte();
    if (kind === ALL_ZERO) values.fill(0, at, at + rows.end - rows.start);
    else if (kind === NARROW) this.blocks(values, at, rows, 0);
    else if (kind === WIDE) {
      values.fill(0, at, at + rows.end - rows.start);
      this.blocks(values, at, rows, TWO_32);
      this.blocks(values, at, rows, 1);
    } else throw new ChunkFormatError(`Unknown kind of column ${kind}`);
  }

  scaled(values: Float64Array, at: number, rows: Rows, power: number): void {
    this.wholes(values, at, rows);
    for (let i = at; i < at + rows.end - rows.start; i++) values[i] /= power;
  }

  twoScales(): never {
    throw new ChunkFormatError('A chunk of format 1 has amounts of one scale');
  }

  doubles(values: Float64Array, at: number, { count, start, end }: Rows): void {
    const from = this.take(count * 2);
    for (let i = start; i < end; i++) {
      doubleWords[0] = this.words[from + 2 * i];
      doubleWords[1] = this.words[from + 2 * i + 1];
      values[at + i - start] = doubleValue[0];
    }
  }

  /** Sets values, or adds as many times `unit` to them. @throws ChunkFormatError if head and words do not fit together */
  private blocks(values: Float64Array, at: number, { count, start, end }: Rows, unit: number): void {
    for (let first = 0; first < count; first += BLOCK) {
      const size = Math.min(BLOCK, count - first);
      this.unpackBlock(size);
      const to = Math.min(first + size, end);
      const shift = at - start;
      if (unit === 0) for (let i = Math.max(first, start); i < to; i++) values[i + shift] = block[i - first];
      else for (let i = Math.max(first, start); i < to; i++) values[i + shift] += block[i - first] * unit;
    }
  }

  /** Fills `block`. */
  private unpackBlock(size: number): void {
    const width = this.head.byte();
    const exceptions = this.head.byte();
    if (width > 32 || exceptions > size || (width === 32 && exceptions > 0))
      throw new ChunkFormatError('A block of the chunk has an impossible width');
    const from = this.take(Math.ceil((size * width) / 32));
    if (width === 0) block.fill(0, 0, size);
    else unpackLowBits(this.words, from, size, width);
    for (let i = 0; i < exceptions; i++) {
      const place = this.head.byte();
      if (place >= size) throw new ChunkFormatError('An exception is outside its block');
      block[place] |= this.head.varint() << width;
    }
  }

  private take(count: number): number {
    const from = this.position;
    if (count > this.end - from) throw new ChunkFormatError('The chunk has fewer words than it claims');
    this.position += count;
    return from;
  }
}

function unpackLowBits(words: Uint32Array, from: number, size: number, width: number): void {
  const mask = width === 32 ? -1 : (1 << width) - 1;
  let word = from;
  let bit = 0;
  for (let i = 0; i < size; i++) {
    // (x << 1) << (31 - bit) is x << (32 - bit), and 0 where bit is 0.
    block[i] = ((words[word] >>> bit) | ((words[word + 1] << 1) << (31 - bit))) & mask;
    bit += width;
    word += bit >>> 5;
    bit &= 31;
  }
}
