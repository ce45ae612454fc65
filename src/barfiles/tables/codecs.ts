import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { decompressFrameSync, uncompressSync } from 'lz4-napi';

type Decompress = (input: Uint8Array, outputLength: number) => Uint8Array;

/** No codec makes more of a byte: a header that says so is damaged, or an attack. */
const MOST_LZ4_RATIO = 255;
const LZ4_FRAME = 0x184d2204;
/** A column of a record batch: 32 million doubles. */
const MOST_BUFFER_BYTES = 2 ** 28;

function requireLength(output: Uint8Array, length: number): Uint8Array {
  if (output.length !== length) throw new Error(`a page holds ${output.length} bytes where ${length} were announced`);
  return output;
}

/** A block of LZ4; the library expects its length before it. */
const lz4Block: Decompress = (input, length) => {
  if (length > (input.length + 1) * MOST_LZ4_RATIO)
    throw new Error(`a page of ${input.length} bytes cannot hold ${length}`);
  const sized = Buffer.allocUnsafe(input.length + 4);
  sized.writeUInt32LE(length);
  sized.set(input, 4);
  return requireLength(uncompressSync(sized), length);
};

/** What older writers called LZ4: blocks as Hadoop frames them, frames, or a block alone. */
const lz4OfOldWriters: Decompress = (input, length) => {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
  if (bytes.length >= 4 && bytes.readUInt32LE() === LZ4_FRAME) return requireLength(decompressFrameSync(bytes), length);
  return hadoopBlocks(bytes, length) ?? lz4Block(input, length);
};

function hadoopBlocks(bytes: Buffer, length: number): Uint8Array | undefined {
  const blocks: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at < bytes.length;) {
    if (bytes.length - at < 8) return undefined;
    const [unpacked, packed] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    at += 8;
    total += unpacked;
    if (packed > bytes.length - at || total > length) return undefined;
    blocks.push(lz4Block(bytes.subarray(at, at + packed), unpacked));
    at += packed;
  }
  return total === length ? Buffer.concat(blocks) : undefined;
}

/** By the names that Parquet gives them; Snappy is in the library that reads it. None makes more than was announced. */
export const PAGE_CODECS: Readonly<Record<'GZIP' | 'ZSTD' | 'BROTLI' | 'LZ4' | 'LZ4_RAW', Decompress>> = {
  GZIP: (input, length) => requireLength(gunzipSync(input, { maxOutputLength: length + 1 }), length),
  ZSTD: (input, length) => requireLength(zstdDecompressSync(input, { maxOutputLength: length + 1 }), length),
  BROTLI: (input, length) => requireLength(brotliDecompressSync(input, { maxOutputLength: length + 1 }), length),
  LZ4: lz4OfOldWriters,
  LZ4_RAW: lz4Block,
};

/** Of Arrow's bodies. */
export const BODY_CODECS = {
  LZ4_FRAME: (data: Uint8Array): Uint8Array =>
    decompressFrameSync(Buffer.from(data.buffer, data.byteOffset, data.length)),
  ZSTD: (data: Uint8Array): Uint8Array => zstdDecompressSync(data, { maxOutputLength: MOST_BUFFER_BYTES }),
};
