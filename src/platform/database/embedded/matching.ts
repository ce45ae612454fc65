import { Context } from 'mingo/core';
import * as query from 'mingo/operators/query';
import { Query } from 'mingo/query';
import { requireKnownFilter, type PlainDocument } from './operators.ts';

export type Matches = (document: PlainDocument) => boolean;

/** Filters alone: the rest of the library is large, and every command would wait for it. */
const options = { context: Context.init({ query }) };

const everything: Matches = () => true;

/** Whether documents match a filter, as MongoDB would say. @throws UnsupportedOperationError */
export function matcherOf(filter: PlainDocument): Matches {
  requireKnownFilter(filter);
  const entries = Object.entries(filter);
  if (entries.length === 0) return everything;
  if (entries.every(([key, value]) => isPlainEquality(key, value))) return equalityMatcher(entries, filter);
  return queryMatcher(filter);
}

function queryMatcher(filter: PlainDocument): Matches {
  let made: Query | undefined; // when it is needed: where SQL decides alone it never is
  return (document) => (made ??= new Query(filter, options)).test(document);
}

function isPlainEquality(key: string, value: unknown): boolean {
  return (
    !key.startsWith('$') &&
    !key.includes('.') &&
    (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
  );
}

/** The common guard `{ _id, rev }` without a query engine; lists are left to it, as they match by their elements. */
function equalityMatcher(entries: readonly (readonly [string, unknown])[], filter: PlainDocument): Matches {
  return (document) => {
    for (const [key, value] of entries) {
      const found = document[key];
      if (Array.isArray(found)) return queryMatcher(filter)(document);
      if (found !== value) return false;
    }
    return true;
  };
}
