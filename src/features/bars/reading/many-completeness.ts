import type { Completeness, MissingReason } from './completeness.ts';
import type { ManyEnd } from './open-many.ts';

/** What an answer of many series says of all of them. */
export interface ManyCompleteness {
  /** Series that the answer tells of. */
  readonly series: number;
  /** How many of them are complete. */
  readonly completeSeries: number;
  /** Sum over all series; `undefined` where no schedule is known of one. */
  readonly expected: number | undefined;
  readonly returned: number;
  readonly extra: number;
  readonly partial: number;
  /** Missing bars by reason, in all series. */
  readonly missing: Readonly<Partial<Record<MissingReason, number>>>;
  /** The first series that are not complete. */
  readonly incomplete: readonly string[];
  /** Every series is complete, none is unknown or refused, and nothing was cut off. */
  readonly complete: boolean;
  readonly truncated: boolean;
}

export interface ManyTally {
  add(instrumentId: string, completeness: Completeness): void;
  result(end: ManyEnd): ManyCompleteness;
}

/** What a trailer has room for, with all else that is in it. */
const MOST_NAMED = 20;

/** Adds up what is said of each series. */
export function manyCompleteness(): ManyTally {
  const missing: Partial<Record<MissingReason, number>> = {};
  const incomplete: string[] = [];
  const counts = { series: 0, completeSeries: 0, returned: 0, extra: 0, partial: 0 };
  let expected: number | undefined = 0;
  return {
    add(instrumentId, { complete, ...one }) {
      counts.series++;
      if (complete) counts.completeSeries++;
      else if (incomplete.length < MOST_NAMED) incomplete.push(instrumentId);
      counts.returned += one.returned;
      counts.extra += one.extra;
      counts.partial += one.partial ?? 0;
      expected = expected === undefined || one.expected === undefined ? undefined : expected + one.expected;
      for (const { reason, bars } of one.missing) if (bars > 0) missing[reason] = (missing[reason] ?? 0) + bars;
    },
    result({ unknown, refused, nextCursor }) {
      const truncated = nextCursor !== undefined;
      const areAllComplete = counts.completeSeries === counts.series && unknown.length + refused.length === 0;
      return { ...counts, expected, missing, incomplete, complete: areAllComplete && !truncated, truncated };
    },
  };
}
