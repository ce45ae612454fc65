import { hash } from 'node:crypto';
import { InvalidRequestError } from '../../../platform/errors/index.ts';

/** The part of a query that a cursor belongs to: all but `limit` and `cursor`. */
export type CursorScope = Readonly<Record<string, string | number | boolean | undefined>>;

/** Names where the next page begins: after the bar with this openTime, in the query's order. Opaque to callers. */
export function cursorAfter(openTime: number, scope: CursorScope): string {
  return Buffer.from(`${openTime}.${digestOf(scope)}`).toString('base64url');
}

/**
 * @returns openTime of the last bar of the page before
 * @throws InvalidRequestError `INVALID_CURSOR` if it is no cursor, `CURSOR_MISMATCH` if it is another query's
 */
export function openTimeOfCursor(cursor: string, scope: CursorScope): number {
  const parts = /^(-?\d{1,15})\.([\w-]{16})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (parts === null)
    throw new InvalidRequestError('INVALID_CURSOR', 'Not a cursor; send the nextCursor of an earlier answer unchanged');
  if (parts[2] !== digestOf(scope))
    throw new InvalidRequestError(
      'CURSOR_MISMATCH',
      'The cursor is from another query; keep all but the limit, or leave the cursor out',
    );
  return Number(parts[1]);
}

function digestOf(scope: CursorScope): string {
  const text = Object.keys(scope)
    .sort()
    .map((name) => `${name}=${scope[name] ?? ''}`)
    .join('&');
  return hash('sha256', text, 'base64url').slice(0, 16);
}
