import { DAY_MS, partsOutside, type Span } from '../../market/index.ts';

/** A part of a series that a provider was asked for, with what came of it. */
export interface AskedRange {
  /** Half-open `[from, to)` of openTimes, UTC epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly provider: string;
  /**
   * `fetched`: the provider answered, so that an interval without a bar had no trades; `doubtful`: it answered with
   * nothing where bars are usual, which proves nothing until a second answer agrees; `unanswered`: its answer left this
   * part open, as it shows signs of loss.
   */
  readonly result: 'fetched' | 'doubtful' | 'unanswered' | 'failed';
  /** When this became known, UTC epoch ms; of parts that were asked for one after the other, the last time. */
  readonly at: number;
  /** How many answers agree that what is absent here had no trades; absent: 1. */
  readonly looks?: number;
  /** From when on another look counts, UTC epoch ms; absent where none is needed. */
  readonly lookAgainAt?: number;
  /** Why it failed: an error code, and words. */
  readonly code?: string;
  readonly message?: string;
}

/** What a provider's answer, or failure, says of a range; `confirmed`: it was asked again, and what was absent still is. */
export interface Answer extends Omit<AskedRange, 'result' | 'looks' | 'lookAgainAt'> {
  readonly result: AskedRange['result'] | 'confirmed';
}

export const looksOf = ({ looks = 1 }: AskedRange): number => looks;

/** How long what was doubtful rests before the next look, by the looks that agree so far; after the last it is certain. */
const PAUSE_MS: readonly (number | undefined)[] = [undefined, 0, DAY_MS / 4, 3 * DAY_MS];

/** How long a part that was left open rests, by how often it was: a loss is often repaired within days. */
const OPEN_PAUSE_MS: readonly number[] = [DAY_MS / 4, DAY_MS / 2];
const LONGEST_OPEN_PAUSE_MS = DAY_MS;

/**
 * A ledger with one more answer. Ranges stay ascending and disjoint. An answer replaces failures and parts left open,
 * these hide no answer, and a second answer where the first was doubtful confirms it.
 */
export function withAnswer(ledger: readonly AskedRange[], { result, ...added }: Answer): AskedRange[] {
  const isAnswer = ({ result: known }: Pick<Answer, 'result'>): boolean => known !== 'failed' && known !== 'unanswered';
  const answered = ledger.filter(isAnswer);
  const failed = ledger.filter((range) => !isAnswer(range));
  const known = answered.flatMap((range) =>
    !isAnswer({ result })
      ? [range]
      : [...outside(range, [added]), ...inside(range, added, (part) => again(part, { result, ...added }))],
  );
  const first = result === 'confirmed' ? [] : outside(firstLook({ result, ...added }), answered);
  const fresh = result === 'unanswered' ? first.flatMap((part) => stillOpen(part, failed)) : first;
  const kept = failed.flatMap((range) => outside(range, fresh));
  return joined([...known, ...fresh, ...kept].sort((a, b) => a.from - b.from));
}

/** A part that was left open, which it may have been before. */
function stillOpen(part: AskedRange, before: readonly AskedRange[]): AskedRange[] {
  const known = ledgerIn(before, part.from, part.to).filter(({ result }) => result === 'unanswered');
  const pause = (looks: number): number => OPEN_PAUSE_MS[looks - 1] ?? LONGEST_OPEN_PAUSE_MS;
  const again = known.map((open): AskedRange => {
    if (part.at < (open.lookAgainAt ?? 0)) return open;
    const looks = looksOf(open) + 1;
    return { ...open, at: part.at, looks, lookAgainAt: part.at + pause(looks) };
  });
  return [...again, ...outside({ ...part, lookAgainAt: part.at + pause(1) }, known)];
}

/** A ledger that knows nothing of a span. */
export function withoutSpan(ledger: readonly AskedRange[], span: Span): AskedRange[] {
  return ledger.flatMap((range) => outside(range, [span]));
}

function outside(range: AskedRange, others: readonly Span[]): AskedRange[] {
  return partsOutside(range, others).map((part) => ({ ...range, ...part }));
}

function inside(range: AskedRange, span: Span, change: (part: AskedRange) => AskedRange): AskedRange[] {
  return ledgerIn([range], span.from, span.to).map(change);
}

function firstLook(added: Omit<Answer, 'result'> & Pick<AskedRange, 'result'>): AskedRange {
  return added.result === 'doubtful' ? { ...added, lookAgainAt: added.at } : added;
}

/** What is known of a part that was answered for before. A look that comes too soon after the last adds nothing. */
function again(before: AskedRange, { result, at, provider }: Answer): AskedRange {
  const { from, to, lookAgainAt } = before;
  const looks = looksOf(before);
  const isDoubted = lookAgainAt !== undefined || (result === 'doubtful' && looks === 1);
  const seen: AskedRange = { from, to, provider, result: 'fetched', at };
  if (result !== 'confirmed' && !isDoubted) return looks === 1 ? seen : { ...seen, looks };
  if (result !== 'confirmed' && at < (lookAgainAt ?? at)) return before;
  const pause = isDoubted ? PAUSE_MS[looks + 1] : undefined;
  return { ...seen, looks: looks + 1, ...(pause === undefined ? {} : { lookAgainAt: at + pause }) };
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
      before.looks === range.looks &&
      (before.lookAgainAt === undefined) === (range.lookAgainAt === undefined) &&
      before.code === range.code;
    if (isSame) result[result.length - 1] = { ...later(before, range), from: before.from, to: range.to };
    else result.push(range);
  }
  return result;
}

const later = (a: AskedRange, b: AskedRange): AskedRange => (a.at > b.at ? a : b);

/** The part of a ledger that lies in `[from, to)`, cut to it. */
export function ledgerIn(ledger: readonly AskedRange[], from: number, to: number): AskedRange[] {
  return ledger
    .filter((range) => range.to > from && range.from < to)
    .map((range) => ({ ...range, from: Math.max(range.from, from), to: Math.min(range.to, to) }));
}

/** What a ledger claims of a range. */
export interface Claim extends Span {
  readonly result: 'fetched' | 'failed';
}

/** As few claims as say all that a ledger is sure of: what is doubtful or left open is as if nobody had asked. */
export function claimsOf(ledger: readonly AskedRange[]): Claim[] {
  const claims: Claim[] = [];
  for (const { from, to, result } of ledger) {
    const before = claims.at(-1);
    if (result === 'doubtful' || result === 'unanswered') continue;
    if (before?.to === from && before.result === result) claims[claims.length - 1] = { ...before, to };
    else claims.push({ from, to, result });
  }
  return claims;
}
