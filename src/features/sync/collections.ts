import type { BarInterval } from '../../market/index.ts';
import type { Collection, Database } from '../../platform/database/index.ts';
import type { Job, JobDocument } from '../../platform/scheduler/index.ts';
import type { SyncTask } from './port.ts';
import type { SyncProgress } from './syncing/sync-progress.ts';

export const SYNC_JOB = 'sync';
export type SyncJob = Job<SyncTask, SyncProgress>;
export type SyncJobDocument = JobDocument<SyncTask, SyncProgress>;

/** A series that is kept complete. */
export interface TrackedSeries {
  /** `NASDAQ:AAPL/1m` */
  readonly _id: string;
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly provider: string;
  /** Since when it is to be complete, UTC epoch ms. */
  readonly from: number;
  /** The newest job at it. */
  readonly jobId: string;
}

export interface SyncCollections {
  readonly tracked: Collection<TrackedSeries>;
  /** Kept by the scheduler; only read here. */
  readonly jobs: Collection<SyncJobDocument>;
}

export function openSyncCollections(database: Database): SyncCollections {
  return { tracked: database.collection('tracked_series'), jobs: database.collection('jobs') };
}
