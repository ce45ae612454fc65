import type { SeriesInterval, Span } from '../../../market/index.ts';

/**
 * Why a bar is missing: nobody fetched it; a provider answered that nothing traded, or could not answer; its interval
 * is not over (or it is not final yet, where only final bars were asked for); it came but was refused; the instrument
 * was not listed.
 */
export type MissingReason =
  'notFetched' | 'noTrades' | 'providerError' | 'notYet' | 'quarantined' | 'beforeListing' | 'afterDelisting';

/** Half-open `[from, to)`, UTC epoch ms, in which something expected is missing. */
export interface MissingRange {
  readonly from: number;
  readonly to: number;
  /** Bars of the answer's interval; 0 where a returned bar lacks parts. */
  readonly bars: number;
  /** Bars of the stored interval that a returned bar lacks; absent where whole bars are missing. */
  readonly parts?: number;
  readonly reason: MissingReason;
}

/** The stored bars that derived bars are made of. `held` without the extra ones plus the missing ones is `expected`. */
export interface PartCounts {
  readonly interval: SeriesInterval;
  readonly expected: number;
  readonly held: number;
  /** Outside of the sessions: left out of bars that begin with trading, part of those of the clock. */
  readonly extra: number;
  /** Those of missing bars too, and those in which nothing traded. */
  readonly missing: number;
}

/** What an answer says about itself. `returned` without the extra bars plus the missing ones is `expected`. */
export interface Completeness {
  /** The range the answer speaks of: `[from, to)`, UTC epoch ms; up to where it was cut off if `truncated`. */
  readonly from: number;
  readonly to: number;
  /** `undefined` where no schedule is known. */
  readonly expected: number | undefined;
  readonly returned: number;
  /** Returned bars outside the expected sessions, or of the listing. */
  readonly extra: number;
  /** In time order, at most 1,000; of more, the last spans the rest. */
  readonly missing: readonly MissingRange[];
  /** Returned bars of which a part is missing; absent where bars are answered as they were stored. */
  readonly partial?: number;
  /** What derived bars were made of; absent too where no schedule is known. */
  readonly parts?: PartCounts;
  /**
   * Nothing is missing but where nothing traded, of no bar a part, and nothing was cut off. Never true where no schedule
   * is known, or nothing is stored to answer from and nothing was expected.
   */
  readonly complete: boolean;
  readonly truncated: boolean;
  /**
   * From when to when the holidays and short days of the schedule are known, UTC epoch ms; present where the range goes
   * beyond. There ordinary weeks were assumed.
   */
  readonly scheduleKnown?: Span;
}
