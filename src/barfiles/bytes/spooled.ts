import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readable } from './unreadable.ts';

/** A file that holds what came as a stream, for formats that are read from their end. */
export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

export interface SpoolOptions {
  /** What the bytes are called, where they have a name. */
  readonly name?: string | undefined;
  /** What is refused beyond so many bytes, and how. */
  readonly limit?: SpoolLimit;
}

export interface SpoolLimit {
  readonly bytes: number;
  readonly refuse: () => Error;
}

const FOLDER = 'pocketquant-import-';

export async function spool(
  pieces: AsyncIterable<Uint8Array>,
  { name = '', limit }: SpoolOptions = {},
): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), FOLDER));
  try {
    const path = join(folder, `input-${name.replace(/[^\w.-]+/g, '_').slice(-100)}`);
    await writeFile(path, readable(limit === undefined ? pieces : within(limit, pieces)));
    return { path, remove: () => removeSpooled(path) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

export function removeSpooled(path: string): Promise<void> {
  return rm(dirname(path), { recursive: true, force: true });
}

const LEFT_AFTER_MS = 86_400_000;

/** Removes what processes that were killed have left. `now` is UTC epoch ms. */
export async function removeLeftSpooled(now: number): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(FOLDER));
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const found = await stat(folder).catch(() => undefined); // gone meanwhile
    if (found !== undefined && found.mtimeMs < now - LEFT_AFTER_MS) await rm(folder, { recursive: true, force: true });
  }
}

async function* within({ bytes, refuse }: SpoolLimit, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const piece of pieces) {
    left -= piece.length;
    if (left < 0) throw refuse();
    yield piece;
  }
}
