import type { BarInterval } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';
import type { Job, JobDocument } from '../../platform/scheduler/index.ts';
import type { SyncTask } from './port.ts';
import type { SyncProgress } from './syncing/sync-progress.ts';

export const SYNC_JOB = 'sync';
export type SyncJob = Job<SyncTask, SyncProgress> & { readonly kind: typeof SYNC_JOB };
/** An import of an uploaded file, which the slice of bars orders and works on. */
export type ImportJob = Job<ImportTask, ImportProgress> & { readonly kind: 'import' };
export type StoredJob = SyncJob | ImportJob;
export type SyncJobDocument = JobDocument<SyncTask, SyncProgress>;
export type StoredJobDocument = SyncJobDocument | JobDocument<ImportTask, ImportProgress>;

export interface ImportTask {
  readonly instrumentId?: string;
  readonly interval?: BarInterval;
  readonly align?: 'clock' | 'session';
  readonly provider: string;
  readonly fileName?: string;
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytesRead?: number;
  readonly bytesTotal?: number;
  readonly files?: number;
  readonly filesTotal?: number;
  /** What `POST /imports` would have answered, once it has ended. */
  readonly outcome?: object;
}

/** A series that is kept complete. */
export interface TrackedSeries {
  /** `NASDAQ:AAPL/1m` */
  readonly _id: string;
  readonly instrumentId: string;
  readonly interval: BarInterval;
  /** Absent where its bars are aligned to the clock. */
  readonly align?: 'session';
  readonly provider: string;
  /** Since when it is to be complete, UTC epoch ms. */
  readonly from: number;
  /** The newest job at it. */
  readonly jobId: string;
}

export interface SyncCollections {
  readonly tracked: Collection<TrackedSeries>;
  /** Kept by the scheduler; only read here. */
  readonly jobs: Collection<StoredJobDocument>;
}

export function openSyncCollections(database: Database): SyncCollections {
  return { tracked: database.collection('tracked_series'), jobs: database.collection('jobs') };
}
