import type { ChunkDocument, ChunkHistoryDocument, PublishedChange, SeriesHead } from '../../chunk/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';

/** A chunk that could not be read, set aside so that its window can be filled again. */
export interface DamagedChunk {
  /** The chunk's id and when it was set aside. */
  readonly _id: string;
  readonly chunk: ChunkDocument;
  readonly reason: string;
}

export interface SystemCollections {
  readonly chunks: Collection<ChunkDocument>;
  readonly chunkHistory: Collection<ChunkHistoryDocument>;
  readonly changes: Collection<PublishedChange>;
  readonly series: Collection<SeriesHead>;
  readonly damagedChunks: Collection<DamagedChunk>;
}

export function openSystemCollections(database: Database): SystemCollections {
  return {
    chunks: database.collection('chunks'),
    chunkHistory: database.collection('chunk_history'),
    changes: database.collection('changes'),
    series: database.collection('series'),
    damagedChunks: database.collection('damaged_chunks'),
  };
}
