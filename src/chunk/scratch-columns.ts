/**
 * Columns reused between chunks, so that coding allocates only its result. Coding never waits in the middle, so nobody
 * else can be using them. What they hold from before is of no meaning.
 */
const columns: Float64Array[] = [];

/** Column number `index`, with room for `count` values. */
export function scratchColumn(index: number, count: number): Float64Array {
  const column = columns[index];
  if (column !== undefined && column.length >= count) return column;
  const larger = new Float64Array(Math.max(2 * count, 4_096));
  columns[index] = larger;
  return larger;
}
