import { Readable } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress, type Gunzip } from 'node:zlib';
import { InvalidRequestError } from '../../../platform/errors/index.ts';

export type Compression = 'gzip' | 'zstd';

/** By the ending of a file's name. */
export function compressionOfName(fileName: string): Compression | undefined {
  if (fileName.endsWith('.gz')) return 'gzip';
  return fileName.endsWith('.zst') || fileName.endsWith('.zstd') ? 'zstd' : undefined;
}

/** By the first bytes of a file. */
export function compressionOfBytes(start: Uint8Array): Compression | undefined {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  return start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd ? 'zstd' : undefined;
}

/** The same bytes compressed, or as they are. */
export function compressed(
  pieces: AsyncIterable<Uint8Array>,
  compression: Compression | undefined,
): AsyncIterable<Uint8Array> {
  if (compression === undefined) return pieces;
  return piped(pieces, compression === 'gzip' ? createGzip() : createZstdCompress());
}

/** @throws InvalidRequestError `FILE_DAMAGED` if the bytes are cut off or broken */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  let isFromSource = false;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      isFromSource = true;
      throw error;
    }
  }
  try {
    yield* piped(watched(), compression === 'gzip' ? createGunzip() : createZstdDecompress());
  } catch (error) {
    if (isFromSource) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new InvalidRequestError(
      'FILE_DAMAGED',
      `The ${compression} data is damaged or cut off (${detail}); what came before it was read`,
      { cause: error },
    );
  }
}

/** Pipes with back-pressure; an error on either side ends both. */
async function* piped(
  pieces: AsyncIterable<Uint8Array>,
  through: Pick<Gunzip, 'destroy'> & NodeJS.ReadWriteStream,
): AsyncGenerator<Uint8Array> {
  const source = Readable.from(pieces, { objectMode: false });
  source.on('error', (error) => through.destroy(error));
  source.pipe(through);
  try {
    for await (const piece of through) yield piece as Uint8Array;
  } finally {
    source.destroy();
    through.destroy();
  }
}
