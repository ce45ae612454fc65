/** What a lease tells of its holder: every renewal raises `beat`, so that no two look alike. */
export interface LeaseMark {
  readonly holder?: string | undefined;
  /** Absent in leases that earlier releases wrote, which are known by `until`. */
  readonly beat?: number | undefined;
  /** When it ends by the clock of its holder, UTC epoch ms: a hint for people, as clocks are set. */
  readonly until?: number | undefined;
}

/**
 * Finds leases whose holder fell silent: those that nobody renewed for their whole length, by this process's own
 * monotonic clock, since it first saw them. What the clocks of machines are set to holds no lease and frees none.
 */
export class LeaseWatch {
  readonly #lengthMs: number;
  readonly #elapsed: () => number;
  readonly #seen = new Map<string, { readonly mark: string; readonly since: number }>();

  /** @param elapsed a monotonic clock in ms */
  constructor(lengthMs: number, elapsed: () => number) {
    this.#lengthMs = lengthMs;
    this.#elapsed = elapsed;
  }

  /** Looks at a lease, also at one's own when it was renewed. @returns whether it may be taken over */
  isOver(id: string, { holder, beat, until }: LeaseMark): boolean {
    const mark = `${holder}/${beat ?? until}`;
    const now = this.#elapsed();
    const seen = this.#seen.get(id);
    if (seen?.mark === mark) return now - seen.since > this.#lengthMs;
    this.#seen.set(id, { mark, since: now });
    return false;
  }

  /**
   * Forgets all other leases: they are not held any more.
   * @param readAt when it was asked which are held, by the same clock: of those seen since then that tells nothing
   */
  keepOnly(ids: readonly string[], readAt: number): void {
    const kept = new Set(ids);
    for (const [id, { since }] of this.#seen) if (!kept.has(id) && since < readAt) this.#seen.delete(id);
  }
}

/** So much the clocks of machines that share a database may differ. */
const CLOCKS_DIFFER_MS = 60_000;

/** Whether a lease seems to be held, for whoever has not watched it. One that ends later than it can is not believed. */
export function isLikelyHeld(until: number | undefined, now: number, lengthMs: number): boolean {
  return until !== undefined && until >= now && until <= now + lengthMs + CLOCKS_DIFFER_MS;
}

/** Finds a lease only as it was seen, so that of several who take it over one has it. */
export function asSeen({ holder, beat }: LeaseMark) {
  return { holder: holder ?? { $exists: false }, beat: beat ?? { $exists: false } };
}
