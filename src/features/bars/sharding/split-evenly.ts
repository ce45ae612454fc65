import { chunkId, idsOfSeries } from '../../../chunk/index.ts';
import type { UniverseSeries } from './expected-chunks.ts';

/** Ids of chunks from `from` (all before it where absent) to before `to`. */
export interface ShardRange {
  readonly from?: string;
  readonly to?: string;
  readonly expectedChunks: number;
}

/** Cuts the ids of all chunks of a universe into ranges of as many expected chunks each. */
export function splitEvenly(
  universe: readonly UniverseSeries[],
  chunksOf: (series: UniverseSeries) => number,
  count: number,
): readonly ShardRange[] {
  const inOrder = universe
    .map((one) => ({ ...one, first: idsOfSeries(one.series).first, chunks: chunksOf(one) }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.first), Buffer.from(b.first)));
  const total = inOrder.reduce((sum, { chunks }) => sum + chunks, 0);
  const points: { readonly id: string; readonly before: number }[] = [];
  let before = 0;
  for (const { series, span, chunks } of inOrder) {
    while (points.length < count - 1 && (total * (points.length + 1)) / count < before + chunks) {
      const wanted = (total * (points.length + 1)) / count;
      const time = span.from + ((wanted - before) / chunks) * (span.to - span.from);
      points.push({ id: chunkId(series, Math.floor(time)), before: wanted });
    }
    before += chunks;
  }
  const distinct = points.filter(({ id }, place) => id !== points[place - 1]?.id);
  return [...distinct, undefined].map((end, place) => {
    const start = place === 0 ? undefined : distinct[place - 1];
    return {
      ...(start === undefined ? {} : { from: start.id }),
      ...(end === undefined ? {} : { to: end.id }),
      expectedChunks: Math.round((end?.before ?? total) - (start?.before ?? 0)),
    };
  });
}
