import { ProviderError } from '../../platform/errors/index.ts';
import { isTooRecent } from './mapper.ts';

const MINUTE_MS = 60_000;
/** Late trades change a minute. */
const FINALITY_MS = 2 * MINUTE_MS;
/** The free plan gives what is older than 15 minutes; one more is for clocks that differ. */
const HELD_BACK_MS = 16 * MINUTE_MS;
const LONGEST_HELD_BACK_MS = 30 * MINUTE_MS;
const CERTAINLY_HELD_BACK_MS = 14 * MINUTE_MS;

/** What Alpaca's answers have shown of the account's plan; as long as they show nothing, it is taken for a free one. */
export interface DataPlan {
  /** How long before now a question about stocks must end, ms: 0 until Alpaca has refused one that ended later. */
  readonly heldBackMs: number;
  /** How long after its close a bar of less than a day may still change or not be given yet, ms. */
  readonly finalityMs: number;
  /**
   * @param heldBackMs with which the question was asked that this is the answer to
   * @returns whether it shows that the same question is answered with more held back, which is remembered
   */
  learnsFrom(error: unknown, heldBackMs: number): boolean;
  /** A question about stocks that ended so long before Alpaca's now was answered. */
  wasAnswered(heldBackMs: number): void;
}

/** @param feed only what all exchanges tell (`sip`, or none named) is held back */
export function createDataPlan(feed: string | undefined): DataPlan {
  let heldBackMs = 0;
  let isRecentGiven = feed !== undefined && feed !== 'sip';
  return {
    get heldBackMs() {
      return heldBackMs;
    },
    get finalityMs() {
      return isRecentGiven ? FINALITY_MS : Math.max(HELD_BACK_MS, heldBackMs) + MINUTE_MS;
    },
    learnsFrom(error, askedMs) {
      if (!(error instanceof ProviderError && isTooRecent(error.message))) return false;
      isRecentGiven = false;
      if (askedMs >= LONGEST_HELD_BACK_MS) return false;
      heldBackMs = Math.max(heldBackMs, askedMs === 0 ? HELD_BACK_MS : askedMs + 2 * MINUTE_MS);
      return true;
    },
    wasAnswered(answeredMs) {
      if (heldBackMs === 0 && answeredMs < CERTAINLY_HELD_BACK_MS) isRecentGiven = true;
    },
  };
}
