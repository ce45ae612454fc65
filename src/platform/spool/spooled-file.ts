import { randomUUID } from 'node:crypto';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Bytes that were written once and are read in parts, by any number of readers. */
export interface SpooledFile {
  readonly size: number;
  /** The bytes of `[from, to)`. Who reads keeps the file, also after `close`. */
  read(from: number, to: number): AsyncGenerator<Uint8Array>;
  /** Gives the room back once nobody reads any more, and those have begun who were given the file before. */
  close(): void;
}

const PIECE_BYTES = 256 * 1_024;
/** From an answer to the first byte that is read for it. */
const LATE_READERS_MS = 10_000;

/**
 * Writes bytes to the system's folder for what is temporary. The file has no name there: it is gone with the process,
 * however that ends.
 * @throws what `pieces` throws; the system's error where they cannot be written; `tooLarge()` if they are more than `mostBytes`
 */
export async function spool(
  pieces: AsyncIterable<Uint8Array>,
  mostBytes: number,
  tooLarge: () => Error,
): Promise<SpooledFile> {
  const path = join(tmpdir(), `pocketquant-${randomUUID()}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await unlink(path);
    let size = 0;
    for await (const piece of pieces) {
      size += piece.length;
      if (size > mostBytes) throw tooLarge();
      await file.writeFile(piece);
    }
    return reading(file, size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function reading(file: FileHandle, size: number): SpooledFile {
  let readers = 0;
  let isClosed = false;
  let isGone = false;

  function leave(): void {
    if (isClosed && readers === 0) setTimeout(giveBack, LATE_READERS_MS).unref();
  }

  function giveBack(): void {
    if (isGone || readers > 0) return;
    isGone = true;
    void file.close();
  }

  return {
    size,
    async *read(from, to) {
      readers++;
      try {
        for (let at = from; at < to;) {
          const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, to - at));
          const { bytesRead } = await file.read(piece, 0, piece.length, at);
          if (bytesRead === 0) throw new Error('A temporary file is shorter than it was written');
          yield piece.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        readers--;
        leave();
      }
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      leave();
    },
  };
}
