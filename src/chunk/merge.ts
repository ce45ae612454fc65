import { copyBar, FINAL, type BarColumns } from '../market/index.ts';
import { newObservedColumns, sliceObserved, type ChunkContent, type ObservedColumns } from './observed-columns.ts';
import {
  copyObserved,
  gatherRevisions,
  hasSameValue,
  joinProviders,
  revisionRows,
  withUsedProviders,
  type RevisionRow,
} from './observed-rows.ts';
import { noRevisions } from './revision-log.ts';

/** What can become of a bar that is merged in. */
export const OUTCOMES = ['inserted', 'changed', 'unchanged', 'skippedStale'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Bars of one window, ascending, one for each openTime. */
export interface IncomingBars {
  readonly columns: BarColumns;
  readonly provider: string;
  /** When the values became known, UTC epoch ms. */
  readonly observedAt: number;
  /**
   * Whether the caller named `observedAt`. If not, the values count as newer than what is stored, even where the
   * clock of another machine was ahead of this one.
   */
  readonly isObservedAtGiven: boolean;
}

export interface MergeResult {
  /** The content that was given where nothing changed. */
  readonly content: ChunkContent;
  readonly changed: boolean;
  readonly counts: Readonly<Record<Outcome, number>>;
}

/**
 * Merges bars into a chunk's content.
 *
 * A new openTime is inserted. The same value is unchanged, unless it makes a provisional bar final. Another value
 * changes the bar, and the old one goes to the revision log with the span in which it was believed; but a provisional
 * value never changes a final bar, nor an older observation a newer one. Of two observations of one moment, the one
 * that arrives later wins.
 */
export function mergeBars(content: ChunkContent | undefined, incoming: IncomingBars): MergeResult {
  const before = content ?? { bars: newObservedColumns(0), revisions: noRevisions() };
  const { columns } = incoming;
  const counts: Record<Outcome, number> = { inserted: 0, changed: 0, unchanged: 0, skippedStale: 0 };
  const total = before.bars.openTime.length;
  const { providers, places } = joinProviders([before.bars.providers, [incoming.provider]]);
  const provider = places[1][0];
  const merged = newObservedColumns(total + columns.openTime.length, providers);
  const corrected: RevisionRow[] = [];
  let stored = 0;
  let filled = 0;
  for (let i = 0; i < columns.openTime.length; i++) {
    const openTime = columns.openTime[i];
    const runStart = stored;
    while (stored < total && before.bars.openTime[stored] < openTime) stored++;
    filled = copyRun(before.bars, runStart, stored, merged, filled, places[0]);
    if (stored === total || before.bars.openTime[stored] !== openTime) {
      counts.inserted++;
      placeBar(incoming, i, merged, filled++, provider, incoming.observedAt);
      continue;
    }
    const outcome = outcomeOf(before.bars, stored, incoming, i);
    counts[outcome]++;
    copyObserved(before.bars, stored, merged, filled, places[0]);
    if (outcome === 'changed') {
      const observedAt = Math.max(incoming.observedAt, before.bars.observedAt[stored]);
      if (hasSameValue(before.bars, stored, columns, i)) promote(merged, filled, observedAt);
      else {
        corrected.push({ columns: before.bars, index: stored, observedTo: observedAt });
        placeBar(incoming, i, merged, filled, provider, observedAt);
      }
    }
    filled++;
    stored++;
  }
  filled = copyRun(before.bars, stored, total, merged, filled, places[0]);
  if (counts.inserted + counts.changed === 0) return { content: before, changed: false, counts };
  const bars = withUsedProviders(sliceObserved(merged, 0, filled));
  const revisions =
    corrected.length === 0 ? before.revisions : gatherRevisions([...revisionRows(before.revisions), ...corrected]);
  return { content: { bars, revisions }, changed: true, counts };
}

function outcomeOf(
  bars: ObservedColumns,
  stored: number,
  { columns, observedAt, isObservedAtGiven }: IncomingBars,
  i: number,
): Outcome {
  const wasFinal = bars.state[stored] === FINAL;
  const isFinal = columns.state[i] === FINAL;
  if (hasSameValue(bars, stored, columns, i)) return isFinal && !wasFinal ? 'changed' : 'unchanged';
  if (wasFinal && !isFinal) return 'skippedStale';
  return isObservedAtGiven && observedAt < bars.observedAt[stored] ? 'skippedStale' : 'changed';
}

function placeBar(
  { columns }: IncomingBars,
  i: number,
  target: ObservedColumns,
  to: number,
  provider: number,
  observedAt: number,
): void {
  copyBar(columns, i, target, to);
  target.provider[to] = provider;
  target.observedAt[to] = observedAt;
  target.finalAt[to] = columns.state[i] === FINAL ? observedAt : NaN;
}

/** The value stays, and with it where it came from; it only will not change any more. */
function promote(target: ObservedColumns, at: number, finalAt: number): void {
  target.state[at] = FINAL;
  target.finalAt[at] = finalAt;
}

function copyRun(
  source: ObservedColumns,
  start: number,
  end: number,
  target: ObservedColumns,
  to: number,
  providerOf: Uint16Array,
): number {
  for (let i = start; i < end; i++) copyObserved(source, i, target, to + i - start, providerOf);
  return to + end - start;
}
