import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';

/**
 * Columns of whole numbers, packed in blocks of 128: in each block every value has the same number of low bits, in
 * 32-bit words; the few larger ones (exceptions) have their high bits beside the block's width in the head.
 */
const BLOCK = 128;

/** The block being unpacked. */
const block = new Uint32Array(BLOCK);

/** 32-bit words of one chunk, kept and reused between chunks. */
export class WordWriter {
  words = new Uint32Array(4_096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  written(): Uint8Array {
    return new Uint8Array(this.words.buffer, 0, this.length * 4);
  }

  /** Makes room for `count` more words, all zero. */
  reserve(count: number): void {
    const needed = this.length + count;
    if (needed > this.words.length) {
      const larger = new Uint32Array(Math.max(needed, this.words.length * 2));
      larger.set(this.words);
      this.words = larger;
    }
    this.words.fill(0, this.length, needed);
  }
}

const bitLengths = new Uint16Array(33);

/** Packs `values` (whole, 0 to 2^32 - 1). */
export function packBlocks(values: Float64Array, count: number, head: ByteWriter, body: WordWriter): void {
  for (let start = 0; start < count; start += BLOCK) {
    const size = Math.min(BLOCK, count - start);
    bitLengths.fill(0);
    for (let i = start; i < start + size; i++) bitLengths[32 - Math.clz32(values[i])]++;
    const width = cheapestWidth(size);
    head.byte(width);
    packExceptions(values, start, size, width, head);
    packLowBits(values, start, size, width, body);
  }
}

/** The width with the smallest sum of packed bits and exceptions, by `bitLengths`. */
function cheapestWidth(size: number): number {
  let longest = 32;
  while (longest > 0 && bitLengths[longest] === 0) longest--;
  let best = longest;
  let bestCost = size * longest;
  let exceptions = 0;
  for (let width = longest - 1; width >= 0; width--) {
    exceptions += bitLengths[width + 1];
    const cost = size * width + exceptions * (8 + 8 * Math.ceil((longest - width) / 7));
    if (cost < bestCost) {
      best = width;
      bestCost = cost;
    }
  }
  return best;
}

function packExceptions(values: Float64Array, start: number, size: number, width: number, head: ByteWriter): void {
  let exceptions = 0;
  for (let bits = width + 1; bits <= 32; bits++) exceptions += bitLengths[bits];
  head.byte(exceptions);
  if (exceptions === 0) return;
  const limit = 2 ** width;
  for (let i = 0; i < size; i++) {
    if (values[start + i] < limit) continue;
    head.byte(i);
    head.varint(Math.floor(values[start + i] / limit));
  }
}

function packLowBits(values: Float64Array, start: number, size: number, width: number, body: WordWriter): void {
  if (width === 0) return;
  body.reserve(wordsOf(size, width));
  const { words } = body;
  const mask = maskOf(width);
  let word = body.length;
  let bit = 0;
  for (let i = start; i < start + size; i++) {
    const value = (values[i] & mask) >>> 0;
    words[word] |= value << bit;
    bit += width;
    if (bit < 32) continue;
    word++;
    bit -= 32;
    if (bit > 0) words[word] |= value >>> (width - bit);
  }
  body.length += wordsOf(size, width);
}

function wordsOf(size: number, width: number): number {
  return Math.ceil((size * width) / 32);
}

function maskOf(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}

/** Kept and reused between chunks: a chunk's bytes need not lie on a word boundary, so that they are copied. */
let scratchBytes = new Uint8Array(4_096);
let scratchWords = new Uint32Array(scratchBytes.buffer);

/** The words of one chunk, read in the order in which they were written; good until the next one is made. */
export class WordReader {
  private readonly words: Uint32Array;
  private readonly end: number;
  private position = 0;

  constructor(bytes: Uint8Array) {
    // One word more, as unpacking reads a word ahead.
    if (bytes.length + 4 > scratchBytes.length) {
      scratchBytes = new Uint8Array((bytes.length + 7) & ~3);
      scratchWords = new Uint32Array(scratchBytes.buffer);
    }
    scratchBytes.set(bytes);
    this.words = scratchWords;
    this.end = bytes.length >>> 2;
  }

  get isAtEnd(): boolean {
    return this.position === this.end;
  }

  /** Undoes {@link packBlocks}. @throws ChunkFormatError if head and words do not fit together */
  unpackBlocks(values: Float64Array, count: number, head: ByteReader): void {
    for (let start = 0; start < count; start += BLOCK) {
      const size = this.unpackBlock(Math.min(BLOCK, count - start), head);
      for (let i = 0; i < size; i++) values[start + i] = block[i];
    }
  }

  /** The same for numbers of either sign: 0, -1, 1, -2, 2 are packed as 0, 1, 2, 3, 4. */
  unpackSignedBlocks(values: Float64Array, count: number, head: ByteReader): void {
    for (let start = 0; start < count; start += BLOCK) {
      const size = this.unpackBlock(Math.min(BLOCK, count - start), head);
      for (let i = 0; i < size; i++) values[start + i] = (block[i] >>> 1) ^ -(block[i] & 1);
    }
  }

  /** Fills `block`. */
  private unpackBlock(size: number, head: ByteReader): number {
    const width = head.byte();
    const exceptions = head.byte();
    if (width > 32 || exceptions > size || (width === 32 && exceptions > 0))
      throw new ChunkFormatError('A block of the chunk has an impossible width');
    const from = this.take(wordsOf(size, width));
    if (width === 0) block.fill(0, 0, size);
    else unpackLowBits(this.words, from, size, width);
    for (let i = 0; i < exceptions; i++) {
      const place = head.byte();
      if (place >= size) throw new ChunkFormatError('An exception is outside its block');
      block[place] |= head.varint() << width;
    }
    return size;
  }

  /** As many doubles, bit for bit. */
  doubles(values: Float64Array, count: number): void {
    const from = this.take(count * 2);
    for (let i = 0; i < count; i++) {
      doubleWords[0] = this.words[from + 2 * i];
      doubleWords[1] = this.words[from + 2 * i + 1];
      values[i] = doubleValue[0];
    }
  }

  private take(count: number): number {
    const from = this.position;
    if (count > this.end - from) throw new ChunkFormatError('The chunk has fewer words than it claims');
    this.position += count;
    return from;
  }
}

const doubleValue = new Float64Array(1);
const doubleWords = new Uint32Array(doubleValue.buffer);

/** Writes doubles bit for bit. */
export function packDoubles(values: Float64Array, count: number, body: WordWriter): void {
  body.reserve(count * 2);
  for (let i = 0; i < count; i++) {
    doubleValue[0] = values[i];
    body.words[body.length++] = doubleWords[0];
    body.words[body.length++] = doubleWords[1];
  }
}

function unpackLowBits(words: Uint32Array, from: number, size: number, width: number): void {
  const mask = maskOf(width);
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
