import {
  copyBar,
  copyColumns,
  fillOptional,
  FINAL,
  firstIndexFrom,
  optionalOf,
  sliceColumns,
  type BarColumns,
} from '../market/index.ts';
import {
  newObservedColumns,
  optionalColumnsOf,
  sliceObserved,
  type ChunkContent,
  type ObservedColumns,
} from './observed-columns.ts';
import {
  copyRun,
  gatherRevisions,
  hasSamePrices,
  knowsAll,
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
 *
 * Trades, turnover or open interest that are not told do not make another value: the bar keeps those it has. Told of a
 * bar that had none, they change it. A value of other prices or another volume is taken as it is told, without them if
 * it has none.
 */
export function mergeBars(content: ChunkContent | undefined, incoming: IncomingBars): MergeResult {
  const before = content ?? { bars: newObservedColumns(0), revisions: noRevisions() };
  if (before.bars.openTime.length === 0 && incoming.columns.openTime.length > 0) return contentOfNew(before, incoming);
  const outcomes = outcomesOf(before.bars, incoming);
  const counts = countOutcomes(outcomes);
  if (counts.inserted + counts.changed === 0) return { content: before, changed: false, counts };
  const bars = insertBars(before.bars, incoming, outcomes, counts.inserted);
  const corrected = counts.changed === 0 ? [] : changeBars(bars, before.bars, incoming, outcomes);
  const revisions =
    corrected.length === 0 ? before.revisions : gatherRevisions([...revisionRows(before.revisions), ...corrected]);
  return { content: { bars: withUsedProviders(bars), revisions }, changed: true, counts };
}

/** The bars of a chunk that had none, in the memory that they came in. */
function contentOfNew({ revisions }: ChunkContent, { columns, provider, observedAt }: IncomingBars): MergeResult {
  const { openTime, open, high, low, close, volume, state } = columns;
  const count = openTime.length;
  const bars: ObservedColumns = {
    openTime,
    open,
    high,
    low,
    close,
    volume,
    state,
    ...optionalOf(columns),
    providers: [provider],
    provider: new Uint16Array(count),
    observedAt: new Float64Array(count).fill(observedAt),
    finalAt: finalAtOf(state, observedAt),
  };
  const counts = { inserted: count, changed: 0, unchanged: 0, skippedStale: 0 };
  return { content: { bars, revisions }, changed: true, counts };
}

function finalAtOf(state: Uint8Array, observedAt: number): Float64Array {
  const finalAt = new Float64Array(state.length);
  for (let i = 0; i < state.length; i++) finalAt[i] = state[i] === FINAL ? observedAt : NaN;
  return finalAt;
}

const [INSERTED, CHANGED, UNCHANGED, SKIPPED_STALE] = OUTCOMES.keys();

/** For each incoming bar its place in {@link OUTCOMES}. */
function outcomesOf(bars: ObservedColumns, incoming: IncomingBars): Uint8Array {
  const { openTime } = incoming.columns;
  const outcomes = new Uint8Array(openTime.length);
  let stored = firstIndexFrom(bars.openTime, openTime[0]);
  for (let i = 0; i < openTime.length; i++) {
    while (stored < bars.openTime.length && bars.openTime[stored] < openTime[i]) stored++;
    outcomes[i] = bars.openTime[stored] === openTime[i] ? outcomeOf(bars, stored, incoming, i) : INSERTED;
  }
  return outcomes;
}

/** What becomes of an incoming bar that meets a stored one. */
function outcomeOf(bars: ObservedColumns, stored: number, incoming: IncomingBars, i: number): number {
  const wasFinal = bars.state[stored] === FINAL;
  const isFinal = incoming.columns.state[i] === FINAL;
  if (knowsAll(bars, stored, incoming.columns, i)) return isFinal && !wasFinal ? CHANGED : UNCHANGED;
  if (wasFinal && !isFinal) return SKIPPED_STALE;
  return incoming.isObservedAtGiven && incoming.observedAt < bars.observedAt[stored] ? SKIPPED_STALE : CHANGED;
}

function countOutcomes(outcomes: Uint8Array): Record<Outcome, number> {
  const counts = [0, 0, 0, 0];
  for (const outcome of outcomes) counts[outcome]++;
  return {
    inserted: counts[INSERTED],
    changed: counts[CHANGED],
    unchanged: counts[UNCHANGED],
    skippedStale: counts[SKIPPED_STALE],
  };
}

/** Stored bars and inserted ones in new columns. Runs are copied whole: most batches are a single one. */
function insertBars(
  bars: ObservedColumns,
  { columns, provider, observedAt }: IncomingBars,
  outcomes: Uint8Array,
  inserted: number,
): ObservedColumns {
  const { openTime } = columns;
  const providers = [...new Set([...bars.providers, provider])];
  const place = providers.indexOf(provider);
  const all = newObservedColumns(bars.openTime.length + inserted, providers, optionalColumnsOf([bars, columns]));
  let stored = 0;
  let filled = 0;
  for (let i = 0; i < outcomes.length;) {
    if (outcomes[i] !== INSERTED) {
      i++;
      continue;
    }
    const next = firstIndexFrom(bars.openTime, openTime[i]);
    const end = next < bars.openTime.length ? firstIndexFrom(openTime, bars.openTime[next]) : outcomes.length;
    copyRun(sliceObserved(bars, stored, next), all, filled);
    filled += next - stored;
    placeRun(sliceColumns(columns, i, end), all, filled, place, observedAt);
    filled += end - i;
    stored = next;
    i = end;
  }
  copyRun(sliceObserved(bars, stored, bars.openTime.length), all, filled);
  return all;
}

function placeRun(run: BarColumns, target: ObservedColumns, to: number, provider: number, observedAt: number): void {
  const end = to + run.openTime.length;
  copyColumns(run, target, to);
  target.provider.fill(provider, to, end);
  target.observedAt.fill(observedAt, to, end);
  target.finalAt.set(finalAtOf(run.state, observedAt), to);
}

/** Puts changed bars over the stored ones in `all`. @returns the values that were replaced, for the log */
function changeBars(
  all: ObservedColumns,
  bars: ObservedColumns,
  { columns, provider: name, observedAt: incomingAt }: IncomingBars,
  outcomes: Uint8Array,
): RevisionRow[] {
  const provider = all.providers.indexOf(name);
  const corrected: RevisionRow[] = [];
  for (let i = 0; i < outcomes.length; i++) {
    if (outcomes[i] !== CHANGED) continue;
    const at = firstIndexFrom(all.openTime, columns.openTime[i]);
    const observedAt = Math.max(incomingAt, all.observedAt[at]);
    // The same value stays, and with it where it came from; it only will not change any more.
    if (!knowsAll(all, at, columns, i)) {
      const index = firstIndexFrom(bars.openTime, columns.openTime[i]);
      corrected.push({ columns: bars, index, observedTo: observedAt });
      const isSameBar = hasSamePrices(all, at, columns, i);
      copyBar(columns, i, all, at);
      if (isSameBar) fillOptional(bars, index, all, at);
      all.provider[at] = provider;
      all.observedAt[at] = observedAt;
    }
    all.state[at] = columns.state[i];
    all.finalAt[at] = columns.state[i] === FINAL ? observedAt : NaN;
  }
  return corrected;
}
