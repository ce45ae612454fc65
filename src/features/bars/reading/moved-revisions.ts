import { decodeRevisions, mergeRevisions, parseChunkId, type ChunkContent } from '../../../chunk/index.ts';
import type { BarsCollections } from '../collections.ts';

/** A chunk's content with the part of its revision log that was moved to `chunk_history`. */
export async function withMovedRevisions(
  chunkHistory: BarsCollections['chunkHistory'],
  chunkId: string,
  content: ChunkContent,
): Promise<ChunkContent> {
  const { interval, window } = parseChunkId(chunkId);
  const moved = await chunkHistory.find({ _id: { $gt: `${chunkId}/`, $lt: `${chunkId}0` } }).toArray();
  const logs = moved.map(({ revisions }) => decodeRevisions(revisions, interval, window));
  return { bars: content.bars, revisions: mergeRevisions([...logs, content.revisions]) };
}
