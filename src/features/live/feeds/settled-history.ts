import { openTimeAt, type Span } from '../../../market/index.ts';
import { settleHistory, type FedInstrument, type HistoryTools } from './settle-history.ts';
import { WorkQueue } from './work-queue.ts';

/** How long after the end of an interval a vendor's history is asked for it. */
export const HISTORY_LATE_MS = 1_000;

/** How far the stored bars of one instrument are what history says; written down whenever that changes. */
export class SettledHistory {
  /** UTC epoch ms; `undefined` if none were asked for yet. */
  until: number | undefined;
  readonly #fed: FedInstrument;
  readonly #tools: Omit<HistoryTools, 'signal'>;
  readonly #writeDown: (until: number) => Promise<void>;
  /** One at a time, as each begins where the one before it ends. */
  readonly #askings = new WorkQueue(1);

  constructor(
    fed: FedInstrument,
    until: number | undefined,
    tools: Omit<HistoryTools, 'signal'>,
    writeDown: (until: number) => Promise<void>,
  ) {
    this.#fed = fed;
    this.until = until;
    this.#tools = tools;
    this.#writeDown = writeDown;
  }

  /** What was told of this span is not true. */
  async unsettle({ from }: Span): Promise<void> {
    const { base } = this.#fed;
    const since = base === undefined ? from : openTimeAt(from, base);
    if (this.until === undefined || since >= this.until) return;
    this.until = since;
    await this.#writeDown(since);
  }

  /** Asks for what history can tell at `now`, by the vendor's clock, unless it is asked already or that is too little. */
  async settleKnown(now: number, leastMs: number, signal: AbortSignal): Promise<void> {
    const { base } = this.#fed;
    if (base === undefined || this.until === undefined || this.#askings.isFull) return;
    const until = openTimeAt(now - this.#tools.provider.finalityDelayMs(base) - HISTORY_LATE_MS, base);
    if (until - this.until >= leastMs) await this.settle(until, signal);
  }

  settle(until: number, signal: AbortSignal): Promise<void> {
    const end = this.#fed.base === undefined ? until : openTimeAt(until, this.#fed.base);
    return this.#askings.run(async () => {
      const from = this.until ?? end;
      let settled = from;
      this.until = end;
      try {
        settled = await settleHistory(this.#fed, { from, until: end }, { ...this.#tools, signal });
      } finally {
        // A span that was found to be wrong meanwhile stays to be settled.
        this.until = Math.min(settled, this.until);
      }
      await this.#writeDown(this.until);
    });
  }
}
