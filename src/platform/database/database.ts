import type { Collection, StoredDocument } from './collection.ts';

/** One per process, made in `main/` and passed down. */
export interface Database {
  readonly engine: 'embedded' | 'mongodb';
  /** Where the data lies, without credentials, for messages and health. */
  readonly location: string;
  /** What its server calls it; as one that lies in a file would be called there. */
  readonly name: string;
  /** Whether nothing can be written, as where it lies cannot be. */
  readonly isReadOnly: boolean;
  /** What was found wrong when it was opened, for whoever started it. */
  readonly warning?: string | undefined;
  collection<T extends StoredDocument>(name: string): Collection<T>;
  /** @throws StoreError `DATABASE_UNAVAILABLE` if the database does not answer */
  ping(): Promise<void>;
  /** Bytes used on disk, everything included. */
  sizeOnDisk(): Promise<number>;
  /**
   * A number that changes with every write that anyone makes, another process too; absent where asking for it would
   * cost as much as reading.
   */
  dataVersion?(): number;
  /** How its collections are sharded, by their names; `undefined` where it is on no sharded cluster, or that does not tell. */
  shardKeys?(): Promise<ReadonlyMap<string, ShardKey> | undefined>;
  /** What is damaged below the documents, the whole file read; absent where a server sees to that. */
  faults?(): Iterable<StorageFault>;
  /** Mends that where it can be, and moves what cannot be read out of the way where `setAside` says so. */
  mend?(setAside: boolean): Promise<MendedFile>;
  close(): Promise<void>;
}

/** By which fields documents are spread over shards: ranges of them, or their hash. */
export type ShardKey = Readonly<Record<string, 1 | -1 | 'hashed'>>;

/** Damage below the documents. */
export interface StorageFault {
  /** The collection and document, or the file. */
  readonly where: string;
  readonly message: string;
  /** `index`: the document can be read, but not found by its id or another field; that can be mended. */
  readonly kind: 'file' | 'index' | 'document';
}

/** What became of damage, each by its collection and id. */
export interface MendedFile {
  /** Documents that can be found again. */
  readonly filed: readonly string[];
  /** Documents that could not be read and were moved to `damaged_documents`. */
  readonly setAside: readonly string[];
  /** Documents that cannot be read and are where they were. */
  readonly left: readonly string[];
}
