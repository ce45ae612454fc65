import { copyBar, copyColumns, OPTIONAL_COLUMNS, type BarColumns } from '../market/index.ts';
import {
  newObservedColumns,
  optionalColumnsOf,
  type ObservedColumns,
  type RevisionColumns,
} from './observed-columns.ts';

/** Whether two bars have the same value, bit for bit, with all that is absent in it. */
export function hasSameValue(a: BarColumns, i: number, b: BarColumns, j: number): boolean {
  return (
    hasSamePrices(a, i, b, j) && OPTIONAL_COLUMNS.every((name) => Object.is(a[name]?.[i] ?? NaN, b[name]?.[j] ?? NaN))
  );
}

/**
 * Whether a bar that is known says all that is told again: the same prices and volume, and of what a bar need not have
 * the same or more. What is not told never contradicts what is known.
 */
export function knowsAll(known: BarColumns, i: number, told: BarColumns, j: number): boolean {
  return hasSamePrices(known, i, told, j) && knowsOptional(known, i, told, j);
}

function knowsOptional(known: BarColumns, i: number, told: BarColumns, j: number): boolean {
  for (const name of OPTIONAL_COLUMNS) {
    const value = told[name]?.[j] ?? NaN;
    if (!Number.isNaN(value) && !Object.is(value, known[name]?.[i])) return false;
  }
  return true;
}

/** Whether two rows can be of one bar: what one does not tell of it does not contradict the other. */
export function agree(a: BarColumns, i: number, b: BarColumns, j: number): boolean {
  const isUnknown = (value = NaN): boolean => Number.isNaN(value);
  return (
    hasSamePrices(a, i, b, j) &&
    OPTIONAL_COLUMNS.every((name) => {
      const [one, other] = [a[name]?.[i], b[name]?.[j]];
      return isUnknown(one) || isUnknown(other) || Object.is(one, other);
    })
  );
}

/** Whether two bars have the same prices and volume, bit for bit; two absent volumes are the same. */
export function hasSamePrices(a: BarColumns, i: number, b: BarColumns, j: number): boolean {
  return (
    Object.is(a.close[i], b.close[j]) &&
    Object.is(a.open[i], b.open[j]) &&
    Object.is(a.high[i], b.high[j]) &&
    Object.is(a.low[i], b.low[j]) &&
    Object.is(a.volume[i], b.volume[j])
  );
}

/** Where a row of new columns comes from. */
export interface RowSource {
  readonly columns: ObservedColumns;
  readonly index: number;
}

/** Copies one bar with where and when it came from; `providerOf` translates the index of its provider. */
function copyObserved(
  source: ObservedColumns,
  from: number,
  target: ObservedColumns,
  to: number,
  providerOf: Uint16Array,
): void {
  copyBar(source, from, target, to);
  target.provider[to] = providerOf[source.provider[from]];
  target.observedAt[to] = source.observedAt[from];
  target.finalAt[to] = source.finalAt[from];
}

/** Copies bars into `target`, which knows their providers, from place `to` on. */
export function copyRun(run: ObservedColumns, target: ObservedColumns, to: number): void {
  copyColumns(run, target, to);
  target.finalAt.set(run.finalAt, to);
}

/** Providers of several columns as one list, and for each of the columns where its own are in it. */
function joinProviders(lists: readonly (readonly string[])[]): { providers: string[]; places: Uint16Array[] } {
  const providers: string[] = [];
  const places = lists.map((list) =>
    Uint16Array.from(list, (name) => {
      const known = providers.indexOf(name);
      return known >= 0 ? known : providers.push(name) - 1;
    }),
  );
  return { providers, places };
}

/** New columns of chosen rows, in the given order. */
export function gatherObserved(rows: readonly RowSource[]): ObservedColumns {
  const sources = [...new Set(rows.map(({ columns }) => columns))];
  const { providers, places } = joinProviders(sources.map((columns) => columns.providers));
  const placesOf = new Map(sources.map((columns, i) => [columns, places[i]]));
  const gathered = newObservedColumns(rows.length, providers, optionalColumnsOf(sources));
  for (const [to, { columns, index }] of rows.entries())
    copyObserved(columns, index, gathered, to, placesOf.get(columns) ?? places[0]);
  return withUsedProviders(gathered);
}

/** Drops providers that no bar has, in order of first use, so that equal bars are equal bytes. */
export function withUsedProviders<Columns extends ObservedColumns>(columns: Columns): Columns {
  const used: number[] = [];
  const placeOf = new Map<number, number>();
  for (const provider of columns.provider) if (!placeOf.has(provider)) placeOf.set(provider, used.push(provider) - 1);
  if (used.length === columns.providers.length && used.every((provider, place) => provider === place)) return columns;
  return {
    ...columns,
    providers: used.map((provider) => columns.providers[provider]),
    provider: columns.provider.map((provider) => placeOf.get(provider) ?? 0),
  };
}

/** Rows of a revision log with the span in which each was believed. */
export interface RevisionRow extends RowSource {
  readonly observedTo: number;
}

/** A log of rows in any order: ascending by openTime, then by when each was believed. */
export function gatherRevisions(rows: readonly RevisionRow[]): RevisionColumns {
  const sorted = rows.toSorted(
    (a, b) =>
      a.columns.openTime[a.index] - b.columns.openTime[b.index] ||
      a.columns.observedAt[a.index] - b.columns.observedAt[b.index] ||
      a.observedTo - b.observedTo,
  );
  return { ...gatherObserved(sorted), observedTo: Float64Array.from(sorted, ({ observedTo }) => observedTo) };
}

export function revisionRows(revisions: RevisionColumns): RevisionRow[] {
  return Array.from(revisions.observedTo, (observedTo, index) => ({ columns: revisions, index, observedTo }));
}
