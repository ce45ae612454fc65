import type { Answer } from '../../client/index.ts';

type Revision = Answer<'getRevisions'>['revisions'][number];

/** A bar whose values were changed: what was known of it, oldest first. */
export interface Correction {
  readonly openTime: number;
  readonly revisions: readonly Revision[];
}

/** Corrected bars in order of time, from the revisions of a range. */
export function correctionsOf(revisions: readonly Revision[]): readonly Correction[] {
  const byBar = Map.groupBy(revisions, ({ openTime }) => openTime);
  return [...byBar]
    .map(([openTime, ofBar]) => ({ openTime: Date.parse(openTime), revisions: ofBar }))
    .filter(({ revisions: ofBar }) => ofBar.length > 1)
    .sort((a, b) => a.openTime - b.openTime);
}

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;

export interface ChangedValue {
  readonly field: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** What the last revision of a bar changed. */
export function lastChangeOf({ revisions }: Correction): readonly ChangedValue[] {
  const [before, after] = revisions.slice(-2);
  return FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    before: before[field],
    after: after[field],
  }));
}
