import { idsOfSeries } from '../../../chunk/index.ts';
import type { SeriesId } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';

/** openTime of the oldest and the newest stored bar. */
export async function edgesOf(
  chunks: BarsCollections['chunks'],
  series: SeriesId,
): Promise<{ readonly first: number | undefined; readonly last: number | undefined }> {
  const ids = idsOfSeries(series);
  const edge = async (name: 'first' | 'last', direction: 1 | -1): Promise<number | undefined> => {
    const inOrder = chunks.find(
      { _id: { $gte: ids.first, $lte: ids.last } },
      { projection: { [name]: 1 }, sort: { _id: direction }, batchSize: 2 },
    );
    // A chunk whose bars were all deleted stays until its change is published.
    for await (const chunk of inOrder) if (chunk[name] !== undefined) return chunk[name];
    return undefined;
  };
  const [first, last] = await Promise.all([edge('first', 1), edge('last', -1)]);
  return { first, last };
}
