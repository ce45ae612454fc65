import type { Collection, Filter, StoredDocument } from '../database/index.ts';
import { cursorAfter, placeOfCursor, type CursorScope } from './cursor.ts';

/** Which page is wanted. */
export interface PageWanted {
  readonly limit: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined;
  readonly scope: CursorScope;
}

export interface Page<T> {
  readonly documents: readonly T[];
  /** `undefined` on the last page. */
  readonly nextCursor: string | undefined;
}

type TimesOf<T> = { [K in keyof T & string]: T[K] extends number ? K : never }[keyof T & string];

const PLACE = /^(-?\d{1,15})\.(.+)$/s;

/**
 * A page of documents, newest first by a field of UTC epoch ms, and by descending `_id` where those are equal. Both
 * questions that it asks are answered by an index that ends with the field.
 * @throws InvalidRequestError `INVALID_CURSOR`, `CURSOR_MISMATCH`
 */
export async function newestFirst<T extends StoredDocument & { readonly _id: string }>(
  collection: Pick<Collection<T>, 'find'>,
  filter: Filter<T>,
  field: TimesOf<T>,
  { limit, cursor, scope }: PageWanted,
): Promise<Page<T>> {
  const most = limit + 1; // one more tells whether there is another page
  const [, time, id] = cursor === undefined ? [] : (PLACE.exec(placeOfCursor(cursor, PLACE, scope)) ?? []);
  const find = (more: object, count: number): Promise<T[]> =>
    collection.find({ ...filter, ...more }, { sort: { [field]: -1, _id: -1 }, limit: count }).toArray();
  const same = time === undefined ? [] : await find({ [field]: Number(time), _id: { $lt: id } }, most);
  const older =
    same.length < most
      ? await find(time === undefined ? {} : { [field]: { $lt: Number(time) } }, most - same.length)
      : [];
  const found = [...same, ...older];
  const documents = found.slice(0, limit);
  const last = documents.at(-1);
  if (found.length <= limit || last === undefined) return { documents, nextCursor: undefined };
  return { documents, nextCursor: cursorAfter(`${String(last[field])}.${last._id}`, scope) };
}
