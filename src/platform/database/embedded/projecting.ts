import type { Projection } from '../collection.ts';
import { UnsupportedOperationError, type PlainDocument } from './operators.ts';

/** Keeps the named top-level fields (and `_id`), or leaves them out. @throws UnsupportedOperationError on a mixture */
export function projected(document: PlainDocument, projection: Projection): PlainDocument {
  const fields = Object.entries(projection);
  const wanted = fields.filter(([field]) => field !== '_id');
  const isInclusion = wanted.length > 0 ? wanted[0][1] === 1 : projection['_id'] === 1;
  for (const [field, choice] of wanted) {
    if (field.includes('.'))
      throw new UnsupportedOperationError(`Projections name top-level fields only, not ${field}`);
    if ((choice === 1) !== isInclusion)
      throw new UnsupportedOperationError('A projection either keeps fields or leaves them out');
  }
  const keptId = projection['_id'] !== 0;
  return Object.fromEntries(
    Object.entries(document).filter(([field]) => (field === '_id' ? keptId : field in projection === isInclusion)),
  );
}
