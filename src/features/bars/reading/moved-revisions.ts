import {
  contentOf,
  decodeRevisions,
  deleteRange,
  encodeRevisions,
  mergeRevisions,
  newObservedColumns,
  parseChunkId,
  type ChunkContent,
  type ChunkDocument,
} from '../../../chunk/index.ts';
import type { TimeRange } from '../../../market/index.ts';
import { outlastFailover } from '../../../platform/database/index.ts';
import type { BarsCollections } from '../collections.ts';

/**
 * A chunk's content with all revisions that are needed to tell what was known since a moment (UTC epoch ms; default: ever):
 * the older part of a long log was moved to `chunk_history`.
 */
export async function contentSince(
  chunkHistory: BarsCollections['chunkHistory'],
  chunk: ChunkDocument,
  moment = -Infinity,
): Promise<ChunkContent> {
  const { _id: chunkId, historyTo = -Infinity } = chunk;
  const { step, window } = parseChunkId(chunkId);
  const content = contentOf(chunk, step, window);
  if (moment >= historyTo) return content;
  const moved = await outlastFailover(() =>
    chunkHistory.find({ _id: { $gt: `${chunkId}/`, $lt: `${chunkId}0` } }, { sort: { _id: 1 } }).toArray(),
  );
  const logs = moved.map(({ revisions }) => decodeRevisions(revisions, step, window));
  return { bars: content.bars, revisions: mergeRevisions([...logs, content.revisions]) };
}

/**
 * Removes what was believed of a range's bars from the moved part of the log, so that no as-of read knows it.
 * @param chunkIds in order, of all chunks that may hold bars of the range
 */
export async function deleteMovedRevisions(
  chunkHistory: BarsCollections['chunkHistory'],
  chunkIds: readonly string[],
  range: TimeRange,
): Promise<void> {
  const [first, last] = [chunkIds.at(0), chunkIds.at(-1)];
  if (first === undefined || last === undefined) return;
  for await (const { _id, chunkId, revisions } of chunkHistory.find({ _id: { $gt: `${first}/`, $lt: `${last}0` } })) {
    const { step, window } = parseChunkId(chunkId);
    const log = decodeRevisions(revisions, step, window);
    const kept = deleteRange({ bars: newObservedColumns(0), revisions: log }, range).revisions;
    if (kept.openTime.length === 0) await chunkHistory.deleteOne({ _id });
    else if (kept.openTime.length < log.openTime.length)
      await chunkHistory.updateOne({ _id }, { $set: { revisions: encodeRevisions(kept, step, window) } });
  }
}
