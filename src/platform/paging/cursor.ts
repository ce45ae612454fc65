import { hash } from 'node:crypto';
import { InvalidRequestError } from '../errors/index.ts';

/** The part of a query that a cursor belongs to: all but `limit` and `cursor`. */
export type CursorScope = Readonly<Record<string, string | number | boolean | undefined>>;

/** Names where the next page begins: after this place, in the query's order. Opaque to callers. */
export function cursorAfter(place: string, scope: CursorScope): string {
  return Buffer.from(`${place}.${digestOf(scope)}`).toString('base64url');
}

/**
 * @param form of places of this query
 * @returns the place of the last one of the page before
 * @throws InvalidRequestError `INVALID_CURSOR` if it is no cursor, `CURSOR_MISMATCH` if it is another query's
 */
export function placeOfCursor(cursor: string, form: RegExp, scope: CursorScope): string {
  const [, place, digest] = /^(.+)\.([\w-]{16})$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (place === undefined || !form.test(place))
    throw new InvalidRequestError('INVALID_CURSOR', 'Not a cursor; send the nextCursor of an earlier answer unchanged');
  if (digest !== digestOf(scope))
    throw new InvalidRequestError(
      'CURSOR_MISMATCH',
      'The cursor is from another query; keep all but the limit, or leave the cursor out',
    );
  return place;
}

function digestOf(scope: CursorScope): string {
  const text = Object.keys(scope)
    .sort()
    .map((name) => `${name}=${scope[name] ?? ''}`)
    .join('&');
  return hash('sha256', text, 'base64url').slice(0, 16);
}
