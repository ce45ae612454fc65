import {
  EPOCH_MS_RANGE,
  openTimeOfStep,
  partsOutside,
  sharedParts,
  stepAt,
  type BarInterval,
  type Span,
} from '../../../market/index.ts';
import type { SyncTask, SyncTools } from '../port.ts';
import { seriesOf } from './store-page.ts';

/** Gaps that asking may close. */
const ASKABLE: ReadonlySet<string> = new Set(['notFetched', 'providerError']);
const EMPTY = 'noTrades';

/** What there is to ask for in a range. Each list is ascending and disjoint. */
export interface SyncPlan {
  /** Expected bars that are missing where nobody proved that there are none. */
  readonly wanted: number;
  /** What nobody answered for so far. */
  readonly toFetch: readonly Span[];
  /** All that counts as empty. */
  readonly empty: readonly Span[];
}

/** Where no schedule is known, all that no provider answered for is missing, and all else counts as empty. */
export async function planSync(request: SyncTask, range: Span, { port, clock }: SyncTools): Promise<SyncPlan> {
  const question = { ...seriesOf(request), ...range };
  const { expected, missing } = await port.completenessOf(question);
  const { asked } = await port.ledgerOf(question);
  const now = clock();
  const rests = ({ result, lookAgainAt = 0 }: (typeof asked)[number]): boolean =>
    result === 'unanswered' ? lookAgainAt > now : result !== 'failed';
  const answered = asked.filter(rests);
  if (expected === undefined) return { wanted: 0, toFetch: partsOutside(range, answered), empty: answered };
  const askable = missing.filter(({ reason }) => ASKABLE.has(reason));
  return {
    wanted: askable.reduce((sum, { bars }) => sum + bars, 0),
    toFetch: askable.flatMap((gap) => partsOutside(gap, answered)),
    empty: missing.filter(({ reason }) => reason === EMPTY),
  };
}

/** Where answers were silent for longer than is usual, and another look is due; ascending and disjoint. */
export async function dueLooks(request: SyncTask, range: Span, { port, clock }: SyncTools): Promise<Span[]> {
  const question = { ...seriesOf(request), ...range };
  const { asked } = await port.ledgerOf(question);
  const now = clock();
  const due = asked.filter(({ result, lookAgainAt = Infinity }) => result !== 'unanswered' && lookAgainAt <= now);
  if (due.length === 0) return [];
  const { missing } = await port.completenessOf(question);
  return sharedParts(
    missing.filter(({ reason }) => ASKABLE.has(reason) || reason === EMPTY),
    due,
  );
}

const MOST_MARGIN = 1_000;

/** What to ask for to see a span again: with so much on both sides that the vendor's pages are cut elsewhere. */
export function cutOtherwise({ from, to }: Span, interval: BarInterval, barsPerRequest: number, reach: number): Span {
  const margin = Math.max(1, Math.min(MOST_MARGIN, Math.floor(barsPerRequest / 4)));
  const moved = (time: number, steps: number): number => openTimeOfStep(stepAt(time, interval) + steps, interval);
  return {
    from: Math.max(moved(from, -margin), reach, EPOCH_MS_RANGE.minimum),
    to: Math.min(moved(to - 1, margin + 1), EPOCH_MS_RANGE.maximum),
  };
}
