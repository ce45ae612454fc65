import type { Collection, StoredDocument } from './collection.ts';

/** One per process, made in `main/` and passed down. */
export interface Database {
  readonly engine: 'embedded' | 'mongodb';
  /** Where the data lies, without credentials, for messages and health. */
  readonly location: string;
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
  close(): Promise<void>;
}
