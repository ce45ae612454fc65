import { within } from '../waiting/index.ts';

/** A part that did not end as it should. */
export interface Unfinished {
  readonly part: string;
  readonly error: Error;
}

/** The end of a process: parts end one after the other, whatever is broken, within one deadline for all of them. */
export interface Ending {
  /**
   * Ends a part. It never fails: what throws is noted, and what takes longer than half of the time that is left is left
   * behind, so that each part that comes later has time of its own.
   */
  end(part: string, work: () => Promise<unknown> | void): Promise<void>;
  readonly unfinished: readonly Unfinished[];
}

/**
 * @param withinMs time for all of it; `Infinity` waits for each part as long as it takes
 * @param elapsed a monotonic clock in ms
 */
export function createEnding(withinMs: number, elapsed: () => number): Ending {
  const deadline = elapsed() + withinMs;
  const unfinished: Unfinished[] = [];
  return {
    unfinished,
    async end(part, work) {
      try {
        const limitMs = Math.max(0, (deadline - elapsed()) / 2);
        await within({ limitMs }, async () => work());
      } catch (error) {
        unfinished.push({ part, error: error instanceof Error ? error : new Error(String(error)) });
      }
    },
  };
}
