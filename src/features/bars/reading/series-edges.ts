import { idsOfSeries } from '../../../chunk/index.ts';
import type { SeriesId } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';

export type Edge = 'first' | 'last';
/** openTime of the oldest or the newest stored bar of a series. */
export type EdgeOf = (series: SeriesId, edge: Edge) => Promise<number | undefined>;

/** As `EdgeOf`, by reading the chunk at that end. */
export async function edgeOf(
  chunks: BarsCollections['chunks'],
  series: SeriesId,
  edge: Edge,
): Promise<number | undefined> {
  const ids = idsOfSeries(series);
  const inOrder = chunks.find(
    { _id: { $gte: ids.first, $lte: ids.last } },
    { projection: { [edge]: 1 }, sort: { _id: edge === 'first' ? 1 : -1 }, batchSize: 1 },
  );
  // A chunk whose bars were all deleted stays until its change is published.
  for await (const chunk of inOrder) if (chunk[edge] !== undefined) return chunk[edge];
  return undefined;
}
