export type BreakerState = 'closed' | 'open' | 'halfOpen';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before one request may try. */
  readonly openMs: number;
}

/** What a request that was let through tells at its end; `unknown` if it was called off. */
export type Verdict = 'worked' | 'failed' | 'unknown';

/** Stops asking a vendor that fails again and again; after a while one request tries whether it is back. */
export class CircuitBreaker {
  readonly #options: BreakerOptions;
  readonly #now: () => number;
  #failures = 0;
  #openUntil: number | undefined;
  #isProbing = false;

  constructor(options: BreakerOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  get state(): BreakerState {
    if (this.#openUntil === undefined) return 'closed';
    return this.#isProbing || this.#now() >= this.#openUntil ? 'halfOpen' : 'open';
  }

  /** Ms until a request may pass; 0 lets this one pass, and it must tell its {@link Verdict}. */
  enter(): number {
    if (this.#openUntil === undefined) return 0;
    const waitMs = this.#openUntil - this.#now();
    if (waitMs > 0) return waitMs;
    if (this.#isProbing) return this.#options.openMs;
    this.#isProbing = true;
    return 0;
  }

  leave(verdict: Verdict): void {
    const wasProbing = this.#isProbing;
    if (verdict === 'worked') {
      this.#failures = 0;
      this.#openUntil = undefined;
    } else if (verdict === 'failed') {
      this.#failures++;
      // Requests that were under way when it opened do not prolong it.
      const opens = this.#openUntil === undefined && this.#failures >= this.#options.failures;
      if (opens || wasProbing) this.#openUntil = this.#now() + this.#options.openMs;
    }
    this.#isProbing = false;
  }
}
