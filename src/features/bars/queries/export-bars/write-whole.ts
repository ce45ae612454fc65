import { createWriteStream } from 'node:fs';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { unwritable } from '../../../../platform/cli/index.ts';

/**
 * Writes a file, unless `signal` stops it. It is there whole or not at all: it is written beside its place and moved there. A device or a named
 * pipe is written to as it is.
 * @returns whether it was written
 * @throws InvalidRequestError `OUTPUT_UNWRITABLE`
 */
export async function writeWhole(
  file: string,
  pieces: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<boolean> {
  const place = await realpath(file).catch(() => file); // a link stays one
  const known = await stat(place).catch(() => undefined);
  if (known?.isDirectory() === true) throw unwritable(file, Object.assign(new Error(), { code: 'EISDIR' }));
  const isReplaced = known?.isFile() ?? true;
  const unfinished = isReplaced ? `${place}.part` : place;
  try {
    await pipeline(pieces, createWriteStream(unfinished), { signal });
    if (isReplaced) await rename(unfinished, place);
    return true;
  } catch (error) {
    if (isReplaced) await rm(unfinished, { force: true }).catch(() => undefined); // the first error is the one to tell
    if (signal.aborted) return false;
    throw isOfSystem(error) ? unwritable(file, error) : error;
  }
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
