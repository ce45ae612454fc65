import { partsOutside, type Span } from '../../market/index.ts';

/** A part of a series that a provider was asked for, with what came of it. */
export interface AskedRange {
  /** Half-open `[from, to)` of openTimes, UTC epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly provider: string;
  /** `fetched`: the provider answered, so that an interval without a bar had no trades. */
  readonly result: 'fetched' | 'failed';
  /** When this became known, UTC epoch ms; of parts that were asked for one after the other, the last time. */
  readonly at: number;
  /** Why it failed: an error code, and words. */
  readonly code?: string;
  readonly message?: string;
}

/**
 * A ledger with one more entry. Ranges stay ascending and disjoint. What was fetched replaces what was there; a
 * failure never hides what was fetched before.
 */
export function withAsked(ledger: readonly AskedRange[], added: AskedRange): AskedRange[] {
  const isKept = (range: AskedRange): boolean => added.result === 'failed' && range.result === 'fetched';
  const kept = ledger.flatMap((range) => (isKept(range) ? [range] : without(range, [added])));
  const parts = without(added, ledger.filter(isKept));
  return joined([...kept, ...parts].sort((a, b) => a.from - b.from));
}

function without(range: AskedRange, others: readonly Span[]): AskedRange[] {
  return partsOutside(range, others).map((part) => ({ ...range, ...part }));
}

/** Neighbours that say the same become one. */
function joined(ranges: readonly AskedRange[]): AskedRange[] {
  const result: AskedRange[] = [];
  for (const range of ranges) {
    const before = result.at(-1);
    const isSame =
      before?.to === range.from &&
      before.provider === range.provider &&
      before.result === range.result &&
      before.code === range.code;
    if (isSame) result[result.length - 1] = { ...range, from: before.from, at: Math.max(before.at, range.at) };
    else result.push(range);
  }
  return result;
}

/** The part of a ledger that lies in `[from, to)`, cut to it. */
export function ledgerIn(ledger: readonly AskedRange[], from: number, to: number): AskedRange[] {
  return ledger
    .filter((range) => range.to > from && range.from < to)
    .map((range) => ({ ...range, from: Math.max(range.from, from), to: Math.min(range.to, to) }));
}
