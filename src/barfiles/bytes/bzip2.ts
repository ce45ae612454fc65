import Bzip2 from '@foxglove/wasm-bz2';
import { damaged } from './damaged.ts';

/** What a block begins with, and what stands before the checksum of the whole. Neither need begin with a byte. */
const BLOCK = 0x314159265359;
const END = 0x177245385090;
const MARK_BITS = 48;
const CHECKSUM_BITS = 32;
/** A block of 900,000 bytes that cannot be compressed is a little longer than that. */
const MOST_BLOCK_BYTES = 1_200_000;
/** Four equal bytes are followed by how many more there are, up to 255: more than this no block can hold. */
const MOST_OUTPUT_BYTES = 900_000 * 52;
const FIRST_OUTPUT_BYTES = 2 ** 20;

const broken = (why: string) => damaged('The bzip2 data is', why);

/**
 * What the bytes of a bzip2 file hold, a block at a time, also of one that parallel compressors or `cat` made of many.
 * The library decompresses whole files only, so each block is given to it as a file of its own.
 * @throws InvalidRequestError `FILE_DAMAGED` if the bytes are cut off or broken
 */
export async function* bunzipped(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const library = await loaded();
  const bits = new BitReader(pieces);
  while (await bits.has(8)) {
    const signature = await bits.read(CHECKSUM_BITS);
    if (signature < 0x425a6831 || signature > 0x425a6839) throw broken('what follows its end is no bzip2 data'); // BZh1 to BZh9
    let combined = 0;
    let mark = await bits.read(MARK_BITS);
    for (; mark === BLOCK; mark = await bits.read(MARK_BITS)) {
      const checksum = await bits.read(CHECKSUM_BITS);
      combined = (((combined << 1) | (combined >>> 31)) ^ checksum) >>> 0;
      yield contentOf(library, fileOfBlock(await bits.untilMark(), checksum));
    }
    if (mark !== END) throw broken('no block begins where one must');
    if ((await bits.read(CHECKSUM_BITS)) !== combined) throw broken('its checksum is not that of its blocks');
    bits.align();
  }
}

let library: Promise<Bzip2> | undefined;

/** Loaded once: each time, the library would add listeners to the process that end it in its own way. */
function loaded(): Promise<Bzip2> {
  library ??= withoutListeners(() => Bzip2.init());
  return library;
}

const LISTENED = ['uncaughtException', 'unhandledRejection'] as const;

async function withoutListeners<Value>(load: () => Promise<Value>): Promise<Value> {
  const before = new Set(LISTENED.flatMap((event) => process.rawListeners(event)));
  const value = load();
  for (const event of LISTENED)
    for (const listener of process.rawListeners(event))
      if (!before.has(listener)) process.removeListener(event, listener as () => void);
  return value;
}

function contentOf(library: Bzip2, file: Uint8Array): Uint8Array {
  for (let size = FIRST_OUTPUT_BYTES; ; size = Math.min(size * 8, MOST_OUTPUT_BYTES))
    try {
      return library.decompress(file, size);
    } catch (error) {
      if (size === MOST_OUTPUT_BYTES || !String(error).includes('BZ_OUTBUFF_FULL')) throw broken(String(error));
    }
}

interface Bits {
  readonly bytes: Uint8Array;
  readonly count: number;
}

/** Of a file with one block, the checksum of the whole is that of the block. */
function fileOfBlock(block: Bits, checksum: number): Uint8Array {
  const head = Buffer.alloc(14);
  head.write('BZh9');
  head.writeUIntBE(BLOCK, 4, 6);
  head.writeUInt32BE(checksum, 10);
  const tail = Buffer.alloc(10);
  tail.writeUIntBE(END, 0, 6);
  tail.writeUInt32BE(checksum, 6);
  const file = Buffer.concat([head, block.bytes, Buffer.alloc(tail.length)]);
  const end = head.length * 8 + block.count;
  for (let i = 0; i < tail.length * 8; i++) setBit(file, end + i, bitOf(tail, i));
  return file.subarray(0, Math.ceil((end + tail.length * 8) / 8));
}

function bitOf(bytes: Uint8Array, at: number): number {
  return (bytes[at >> 3] >> (7 - (at & 7))) & 1;
}

function setBit(bytes: Uint8Array, at: number, bit: number): void {
  const mask = 1 << (7 - (at & 7));
  bytes[at >> 3] = bit === 1 ? bytes[at >> 3] | mask : bytes[at >> 3] & ~mask;
}

/** The five bytes inside of a mark that begins so many bits after a byte does. */
const NEEDLES = [BLOCK, END].flatMap((mark) =>
  Array.from({ length: 8 }, (_, shift) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(mark) << BigInt(16 - shift));
    return { mark, shift, inside: bytes.subarray(1, 6) };
  }),
);

/** Reads bits, and holds no more than a block of them. */
class BitReader {
  private readonly source: AsyncIterator<Uint8Array>;
  private held = Buffer.alloc(0);
  /** In bits. */
  private at = 0;

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.source = pieces[Symbol.asyncIterator]();
  }

  align(): void {
    this.at = Math.ceil(this.at / 8) * 8;
  }

  async has(count: number): Promise<boolean> {
    while (this.held.length * 8 - this.at < count) if (!(await this.more())) return false;
    return true;
  }

  async read(count: number): Promise<number> {
    if (!(await this.has(count))) throw broken('it is cut off');
    const value = this.peek(this.at, count);
    this.at += count;
    return value;
  }

  /** Everything up to the next mark. */
  async untilMark(): Promise<Bits> {
    const start = this.at;
    let searchFrom = start >> 3;
    for (;;) {
      const end = this.findMark(searchFrom);
      if (end >= 0) {
        this.at = end;
        return { bytes: this.slice(start, end), count: end - start };
      }
      if (this.held.length > MOST_BLOCK_BYTES + (start >> 3)) throw broken('a block has no end');
      searchFrom = Math.max(searchFrom, this.held.length - MARK_BITS / 8);
      if (!(await this.more(0))) throw broken('it is cut off');
    }
  }

  /** Bytes that are passed are let go of, unless `from` names the first bit that is still needed. */
  private async more(from = this.at): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done === true) return false;
    const passed = from >> 3;
    this.held = Buffer.concat([this.held.subarray(passed), value]);
    this.at -= passed * 8;
    return true;
  }

  private peek(at: number, count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 2 + bitOf(this.held, at + i);
    return value;
  }

  private findMark(fromByte: number): number {
    let first = -1;
    for (const { mark, shift, inside } of NEEDLES)
      for (let found = this.held.indexOf(inside, fromByte); found >= 0; found = this.held.indexOf(inside, found + 1)) {
        const at = (found - 1) * 8 + shift;
        if (first >= 0 && at > first) break;
        if (at + MARK_BITS > this.held.length * 8 || at < this.at || this.peek(at, MARK_BITS) !== mark) continue;
        first = at;
        break;
      }
    return first;
  }

  private slice(start: number, end: number): Uint8Array {
    const bytes = Buffer.alloc(Math.ceil((end - start) / 8));
    const shift = start & 7;
    for (let i = 0, from = start >> 3; i < bytes.length; i++, from++)
      bytes[i] =
        shift === 0 ? this.held[from] : (this.held[from] << shift) | ((this.held[from + 1] ?? 0) >> (8 - shift));
    return bytes;
  }
}
