import { within } from '../../platform/waiting/index.ts';

/** Turns only save work that would be done twice: where nothing moves, as when the database is gone, nobody waits on. */
const MOST_WAIT_MS = 5_000;

/** Lets those who write the same chunks in this process go one after the other, in the order in which they came. */
export class ChunkTurns {
  readonly #last = new Map<string, Promise<void>>();

  async run<T>(chunkIds: readonly string[], write: () => Promise<T>): Promise<T> {
    const { promise: done, resolve: leave } = Promise.withResolvers<void>();
    // A place behind all others at once, so that no two wait for each other.
    const before = chunkIds.flatMap((id) => this.#last.get(id) ?? []);
    for (const id of chunkIds) this.#last.set(id, done);
    try {
      if (before.length > 0) await within({ limitMs: MOST_WAIT_MS }, () => Promise.all(before)).catch(() => undefined); // they never fail
      return await write();
    } finally {
      leave();
      for (const id of chunkIds) if (this.#last.get(id) === done) this.#last.delete(id);
    }
  }
}
