import { LRUCache } from 'lru-cache';
import type { SpooledFile } from '../../../../platform/spool/index.ts';
import type { Evidence } from '../../reading/evidence.ts';
import type { AnswerEnd } from '../../reading/open-answer.ts';

/** A whole answer as a file, ready to be read in parts. */
export interface MadeFile extends AnswerEnd {
  readonly bytes: SpooledFile;
  readonly evidence: Evidence;
  /** The same for the same bytes, and for no others. */
  readonly tag: string;
}

interface Shelved {
  readonly file: MadeFile;
  /** When it was last found true, UTC epoch ms. */
  trueAt: number;
}

const MOST_BYTES = 2 ** 32;
const MOST_FILES = 64;

/** Files that were made, by the question they answer. Those that nobody asked for longest make room. */
export class BarFileShelf {
  readonly #shelved = new LRUCache<string, Shelved>({
    max: MOST_FILES,
    maxSize: MOST_BYTES,
    sizeCalculation: ({ file }) => Math.max(1, file.bytes.size),
    dispose: ({ file }) => file.bytes.close(),
  });
  /** Those being looked for: who asks for the same meanwhile gets the same. */
  readonly #looking = new Map<string, Promise<MadeFile>>();

  /** A file that was found true at most `maxAgeMs` ago. */
  young(key: string, now: number, maxAgeMs: number): MadeFile | undefined {
    const shelved = this.#shelved.get(key);
    return shelved !== undefined && now - shelved.trueAt <= maxAgeMs ? shelved.file : undefined;
  }

  /** The file if it is still true, else a new one. */
  async current(
    key: string,
    now: number,
    isTrue: (file: MadeFile) => Promise<boolean>,
    make: () => Promise<MadeFile>,
  ): Promise<MadeFile> {
    const looking = this.#looking.get(key) ?? this.#look(key, now, isTrue, make);
    this.#looking.set(key, looking);
    try {
      return await looking;
    } finally {
      this.#looking.delete(key);
    }
  }

  async #look(
    key: string,
    now: number,
    isTrue: (file: MadeFile) => Promise<boolean>,
    make: () => Promise<MadeFile>,
  ): Promise<MadeFile> {
    const shelved = this.#shelved.get(key);
    if (shelved !== undefined && (await isTrue(shelved.file))) {
      shelved.trueAt = now;
      return shelved.file;
    }
    const file = await make();
    this.#shelved.set(key, { file, trueAt: now });
    return file;
  }
}
