import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readable } from './unreadable.ts';

/** A file that holds what came as a stream, for formats that are read from their end. */
export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

export async function spool(pieces: AsyncIterable<Uint8Array>): Promise<Spooled> {
  const folder = await mkdtemp(join(tmpdir(), 'pocketquant-import-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'input');
    await writeFile(path, readable(pieces));
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
