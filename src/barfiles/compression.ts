import { pipeline } from 'node:stream';
import { createGunzip, createGzip, createZstdCompress, createZstdDecompress, type Gunzip } from 'node:zlib';
import { InvalidRequestError } from '../platform/errors/index.ts';

export type Compression = 'gzip' | 'zstd';

/** By the ending of a file's name. */
export function compressionOfName(fileName: string): Compression | undefined {
  if (fileName.endsWith('.gz')) return 'gzip';
  return fileName.endsWith('.zst') || fileName.endsWith('.zstd') ? 'zstd' : undefined;
}

/** The same bytes compressed, or as they are; an error on either side ends both. */
export function compressed(
  pieces: AsyncIterable<Uint8Array>,
  compression: Compression | undefined,
): AsyncIterable<Uint8Array> {
  if (compression === undefined) return pieces;
  const through = compression === 'gzip' ? createGzip() : createZstdCompress();
  return pipeline(pieces, through, () => undefined); // whoever reads hears of the error
}

/**
 * Everything that can be decompressed, also of a file that is cut off, and of one with several members or frames.
 * @throws InvalidRequestError `FILE_DAMAGED` if the bytes are cut off or broken
 */
export async function* decompressed(
  pieces: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const open = (): Gunzip => (compression === 'gzip' ? createGunzip() : createZstdDecompress());
  let decoder = open();
  try {
    for await (const piece of pieces) {
      let rest = piece;
      while (rest.length > 0) {
        const before = decoder.bytesWritten;
        const input = rest;
        yield* outputOf(decoder, compression, (done) => decoder.write(input, done));
        rest = rest.subarray(decoder.bytesWritten - before);
        // Node's decoder stops after a frame of zstd, but parallel compressors and `cat` make files of many.
        if (rest.length > 0) decoder = open();
      }
    }
    // Closing is what follows either the end or the error that tells of a missing one.
    yield* outputOf(decoder, compression, (done) => decoder.once('close', done).end());
  } finally {
    decoder.destroy();
  }
}

/** What a decoder makes of what it is given; before an error, all that it had made until then. */
async function* outputOf(
  decoder: Gunzip,
  compression: Compression,
  give: (done: () => void) => void,
): AsyncGenerator<Uint8Array> {
  let failure: Error | undefined;
  let isDone = false;
  let wake = (): void => undefined;
  const onReadable = (): void => wake();
  const onError = (error: Error): void => {
    failure = error;
    onDone();
  };
  const onDone = (): void => {
    isDone = true;
    wake();
  };
  decoder.on('readable', onReadable).on('error', onError);
  try {
    give(onDone);
    for (let isLast = false; !isLast;) {
      isLast = isDone;
      for (let made = readFrom(decoder); made !== undefined; made = readFrom(decoder)) yield made;
      if (!isDone) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    decoder.off('readable', onReadable).off('error', onError);
  }
  if (failure !== undefined)
    throw new InvalidRequestError(
      'FILE_DAMAGED',
      `The ${compression} data is damaged or cut off (${failure.message}); what came before it was read`,
      { cause: failure },
    );
}

function readFrom(decoder: Gunzip): Uint8Array | undefined {
  return (decoder.read() as Uint8Array | null) ?? undefined;
}
