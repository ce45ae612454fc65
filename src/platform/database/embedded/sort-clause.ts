import type { Sort } from '../collection.ts';
import { columnOf, type TableLayout } from './catalog.ts';
import { UnsupportedOperationError } from './operators.ts';

/** ORDER BY of a sort; ties by `_id`. @throws UnsupportedOperationError if a field has no index */
export function sortClause(layout: TableLayout, sort: Sort): string {
  const terms = Object.entries(sort).map(([field, direction]) => {
    const column = columnOf(layout, field);
    if (column === undefined) throw new UnsupportedOperationError(`Sorting needs an index on ${field}`);
    return `${column} ${direction === 1 ? 'ASC' : 'DESC'}`;
  });
  return ('_id' in sort ? terms : [...terms, '_id ASC']).join(', ');
}
