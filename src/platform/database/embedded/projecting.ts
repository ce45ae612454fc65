import type { Projection } from '../collection.ts';
import { UnsupportedOperationError, type PlainDocument } from './operators.ts';

/**
 * What keeps the named top-level fields (and `_id`) of a document, or leaves them out.
 * @throws UnsupportedOperationError on a mixture
 */
export function projectorOf(projection: Projection): (document: PlainDocument) => PlainDocument {
  const wanted = Object.entries(projection).filter(([field]) => field !== '_id');
  const isInclusion = wanted.length > 0 ? wanted[0][1] === 1 : projection['_id'] === 1;
  for (const [field, choice] of wanted) {
    if (field.includes('.'))
      throw new UnsupportedOperationError(`Projections name top-level fields only, not ${field}`);
    if ((choice === 1) !== isInclusion)
      throw new UnsupportedOperationError('A projection either keeps fields or leaves them out');
  }
  const named = new Set(wanted.map(([field]) => field));
  const isIdKept = projection['_id'] !== 0;
  const isKept = (field: string): boolean => (field === '_id' ? isIdKept : named.has(field) === isInclusion);
  // Most documents have nothing of what is left out.
  const isWhole = (document: PlainDocument): boolean =>
    !isInclusion && isIdKept && !wanted.some(([field]) => field in document);
  return (document) =>
    isWhole(document) ? document : Object.fromEntries(Object.entries(document).filter(([field]) => isKept(field)));
}
