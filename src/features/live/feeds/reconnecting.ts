/** The shortest and the longest time from one connection to the next. */
const FLOOR_MS = 1_000;
const CAP_MS = 60_000;
/** A connection that brought data for so long was a good one: the next wait is a short one again. */
const GOOD_AFTER_MS = 10_000;

/** How long to wait before connecting again: longer with each failure in a row, never the same for all. */
export class Backoff {
  #failures = 0;

  /** @param dataForMs how long the last connection had brought data */
  next(dataForMs: number, random: number): number {
    this.#failures = dataForMs >= GOOD_AFTER_MS ? 1 : this.#failures + 1;
    const longest = Math.min(CAP_MS, FLOOR_MS * 2 ** this.#failures);
    return FLOOR_MS + (longest - FLOOR_MS) * random;
  }
}
