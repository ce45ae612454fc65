import type { Answer } from '../../client/index.ts';

export type Change = Answer<'getChanges'>['changes'][number];

export const KINDS = [
  { value: 'all', text: 'All' },
  { value: 'inserted', text: 'Inserted' },
  { value: 'changed', text: 'Changed' },
  { value: 'deleted', text: 'Deleted' },
] as const;
export type Kind = (typeof KINDS)[number]['value'];

/** Changes as they are kept: newest first, without holes. */
export type ChangeList = readonly Change[];

/** What a change that was told leads to. */
export type Told =
  | { readonly list: ChangeList }
  /** Changes before it were not told: they are to be asked for, from behind this seq. */
  | { readonly missingAfter: number };

/** Adds a change at the top. One that is known already changes nothing. */
export function told(list: ChangeList, change: Change, most: number): Told {
  const newest = list[0]?.seq;
  if (newest === undefined || change.seq === newest + 1) return { list: [change, ...list].slice(0, most) };
  return change.seq <= newest ? { list } : { missingAfter: newest };
}

/** Adds a page that begins right behind the newest one; `page` ascends. */
export function withNewer(list: ChangeList, page: readonly Change[], most: number): ChangeList {
  const newest = list[0]?.seq ?? -1;
  const added = page.filter(({ seq }) => seq > newest).reverse();
  return added.length === 0 ? list : [...added, ...list].slice(0, most);
}

/** Adds a page of older ones at the end; `page` ascends, and may reach into what is known. */
export function withOlder(list: ChangeList, page: readonly Change[]): ChangeList {
  const oldest = list.at(-1)?.seq ?? Infinity;
  return [...list, ...page.filter(({ seq }) => seq < oldest).reverse()];
}

/** Those of a kind whose series has the text, whatever the case. */
export function matching(list: ChangeList, kind: Kind, text: string): ChangeList {
  const wanted = text.trim().toLowerCase();
  if (kind === 'all' && wanted === '') return list;
  return list.filter((change) => (kind === 'all' || change[kind] > 0) && change.series.toLowerCase().includes(wanted));
}

export function kindIn(text: string | undefined): Kind {
  return KINDS.find(({ value }) => value === text)?.value ?? 'all';
}
