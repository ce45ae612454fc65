import {
  chunkId,
  chunkWindow,
  edgesOf,
  type ChunkDocument,
  type Edges,
  type PublishedChange,
  type SeriesHead,
} from '../../../chunk/index.ts';
import { parseSeriesId, type SeriesId } from '../../../market/index.ts';
import type { BarsCollections } from '../collections.ts';
import { edgeOf } from '../reading/series-edges.ts';

export type WaitingChunk = Omit<ChunkDocument, 'bars' | 'revisions'>;

/** A series with the changes that its head has not seen, and the chunks that they were made in as these are now. */
export interface GrownSeries {
  readonly series: SeriesId;
  readonly head: SeriesHead | undefined;
  readonly unseen: readonly PublishedChange[];
  readonly chunks: readonly WaitingChunk[];
}

type Edge = keyof Edges;

/** The outermost bar of a series that is deleted now: the next one is looked for from there. */
interface LostEdge {
  readonly series: SeriesId;
  readonly edge: Edge;
  /** Chunks that may hold it; the bar next to deleted ones is rarely behind so many empty windows. */
  readonly ids: readonly string[];
}

const WINDOWS_AHEAD = 16;

/**
 * The edges of series after their changes: of the head and the changed chunks, without a read, however many series there
 * are. Those whose outermost bars were deleted share one; only where bars are sparse a series needs one of its own.
 */
export async function findEdges(
  chunks: BarsCollections['chunks'],
  grown: readonly GrownSeries[],
): Promise<ReadonlyMap<SeriesId, Edges>> {
  const lost = grown.flatMap(lostEdges);
  const candidates = lost.flatMap(({ ids }) => ids);
  const found =
    candidates.length === 0
      ? []
      : await chunks.find({ _id: { $in: candidates } }, { projection: { first: 1, last: 1 } }).toArray();
  const byId = new Map(found.map((chunk) => [chunk._id, chunk]));
  const refound = new Map<string, number | undefined>();
  for (const { series, edge, ids } of lost) {
    const near = edgesOf(ids.map((id) => byId.get(id) ?? {}))[edge];
    refound.set(`${series} ${edge}`, near ?? (await edgeOf(chunks, series, edge)));
  }
  const knownEdge = ({ series, head }: GrownSeries, edge: Edge): Edges => {
    const key = `${series} ${edge}`;
    const time = refound.has(key) ? refound.get(key) : head?.[edge];
    return time === undefined ? {} : { [edge]: time };
  };
  return new Map(
    grown.map((one) => [one.series, edgesOf([knownEdge(one, 'first'), knownEdge(one, 'last'), ...one.chunks])]),
  );
}

function lostEdges({ series, head, unseen }: GrownSeries): LostEdge[] {
  return (['first', 'last'] as const).flatMap((edge) => {
    const at = head?.[edge];
    const isLost = at !== undefined && unseen.some(({ deleted, from, to }) => deleted > 0 && from <= at && at < to);
    return isLost ? [{ series, edge, ids: idsFrom(series, edge, at) }] : [];
  });
}

function idsFrom(series: SeriesId, edge: Edge, at: number): string[] {
  const { interval } = parseSeriesId(series);
  const ids = new Set<string>();
  let time = at;
  while (ids.size < WINDOWS_AHEAD) {
    const id = chunkId(series, time);
    if (ids.has(id)) break; // one window holds all
    ids.add(id);
    const { from, to } = chunkWindow(time, interval);
    time = edge === 'first' ? to : from - 1;
  }
  return [...ids];
}
