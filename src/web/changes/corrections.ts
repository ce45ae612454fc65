import type { Answer } from '../../client/index.ts';
import { exactText, priceText } from '../format/number.ts';

export type Revision = Answer<'getRevisions'>['revisions'][number];

const FIELDS = ['open', 'high', 'low', 'close', 'volume', 'state'] as const;
export type Field = (typeof FIELDS)[number];

/** A bar that was corrected, by its values in time order: the last one is believed now. */
export interface CorrectedBar {
  readonly openTime: string;
  readonly revisions: readonly Revision[];
}

/** A value of a bar before and after a correction. */
export interface FieldChange {
  readonly field: Field;
  readonly before: string;
  readonly after: string;
}

/** Revisions by bar; those of one bar follow each other. */
export function barsOf(revisions: readonly Revision[]): CorrectedBar[] {
  return [...Map.groupBy(revisions, ({ openTime }) => openTime)].map(([openTime, own]) => ({
    openTime,
    revisions: own,
  }));
}

/** What the second value has that the first has not. */
export function changesBetween(before: Revision, after: Revision, decimals: number | null): FieldChange[] {
  return FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    before: fieldText(before, field, decimals),
    after: fieldText(after, field, decimals),
  }));
}

/** The last correction of a bar, field by field. */
export function lastChanges({ revisions }: CorrectedBar, decimals: number | null): FieldChange[] {
  const [before, after] = [revisions.at(-2), revisions.at(-1)];
  return before === undefined || after === undefined ? [] : changesBetween(before, after, decimals);
}

export function fieldText(revision: Revision, field: Field, decimals: number | null): string {
  const value = revision[field];
  if (value === null) return '–';
  if (typeof value === 'string') return value;
  return field === 'volume' ? exactText(value) : priceText(value, decimals);
}
