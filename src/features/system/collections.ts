import type { ChunkDocument, PublishedChange, SeriesHead } from '../../chunk/index.ts';
import type { Collection, Database, StoredDocument } from '../../platform/database/index.ts';

/** A document that could not be read, or is none of ours, moved out of the way. */
export interface DamagedDocument {
  /** Its collection and id, and where or when it was found. */
  readonly _id: string;
  readonly collection: string;
  readonly reason: string;
  /** What of it could be read, or its bytes. */
  readonly document?: StoredDocument;
  readonly bytes?: Uint8Array;
}

export interface SystemCollections {
  readonly chunks: Collection<ChunkDocument>;
  readonly changes: Collection<PublishedChange>;
  readonly series: Collection<SeriesHead>;
  readonly damagedDocuments: Collection<DamagedDocument>;
}

export function openSystemCollections(database: Database): SystemCollections {
  return {
    chunks: database.collection('chunks'),
    changes: database.collection('changes'),
    series: database.collection('series'),
    damagedDocuments: database.collection('damaged_documents'),
  };
}
