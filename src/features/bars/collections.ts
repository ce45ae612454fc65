import type { ChunkDocument, ChunkHistoryDocument, PublishedChange, SeriesHead } from '../../chunk/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';
import { ChunkTurns } from './chunk-turns.ts';

/** A bar that was refused, kept with the reason. */
export interface QuarantinedBar {
  /** The series and a digest of what was refused, so that a repeated call adds nothing. */
  readonly _id: string;
  readonly series: string;
  readonly provider: string;
  readonly code: string;
  readonly message: string;
  /** Absent where the time itself could not be read. */
  readonly openTime?: number;
  /** What was sent, as JSON. */
  readonly bar: string;
  readonly rejectedAt: number;
}

/** Who may do what one process does at a time; a `LeaseWatch` tells when it is over. */
export interface Lease {
  readonly _id: string;
  readonly holder: string;
  /** How often it was renewed; absent in leases of earlier releases. */
  readonly beat?: number;
  /** When it ends by its holder's clock, UTC epoch ms. */
  readonly until: number;
}

export interface BarsCollections {
  readonly chunks: Collection<ChunkDocument>;
  readonly chunkHistory: Collection<ChunkHistoryDocument>;
  readonly changes: Collection<PublishedChange>;
  readonly series: Collection<SeriesHead>;
  readonly quarantine: Collection<QuarantinedBar>;
  readonly leases: Collection<Lease>;
  /** For writers of chunks in this process. */
  readonly chunkTurns: ChunkTurns;
}

/** The collections of this slice, with their indexes made. */
export async function openBarsCollections(database: Database): Promise<BarsCollections> {
  const collections: BarsCollections = {
    chunks: database.collection('chunks'),
    chunkHistory: database.collection('chunk_history'),
    changes: database.collection('changes'),
    series: database.collection('series'),
    quarantine: database.collection('quarantine'),
    leases: database.collection('leases'),
    chunkTurns: new ChunkTurns(),
  };
  // Only chunks that wait for the relay have `pendingSince`.
  await collections.chunks.createIndexes([
    { key: { pendingSince: 1 }, name: 'pendingSince', sparse: true },
    // Outlines are read from the index, without the bars beside them.
    { key: { _id: 1, outline: 1 }, name: 'outline' },
  ]);
  await collections.changes.createIndexes([{ key: { changeId: 1 }, name: 'changeId', unique: true }]);
  await collections.quarantine.createIndexes([
    { key: { series: 1, openTime: 1 }, name: 'series_openTime' },
    { key: { rejectedAt: 1, _id: 1 }, name: 'rejectedAt' },
  ]);
  return collections;
}
