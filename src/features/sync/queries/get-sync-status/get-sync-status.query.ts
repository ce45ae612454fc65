import Type from 'typebox';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { isAtWork } from '../../../../platform/scheduler/index.ts';
import type { SyncCollections, SyncJobDocument, TrackedSeries } from '../../collections.ts';

/** How a tracked series stands. It follows from its newest job, so that it can neither lag behind nor get stuck. */
export interface SyncStatus extends Omit<TrackedSeries, '_id'> {
  readonly series: string;
  readonly state: 'waiting' | 'syncing' | 'completed' | 'incomplete' | 'failed' | 'cancelled';
  /** Why the newest attempt failed; absent once one succeeded. */
  readonly error?: { readonly code: string; readonly message: string };
  readonly endedAt?: number;
}

/** The tracked series, of one instrument or of all, in order of their names. */
export const getSyncStatus = defineQuery<readonly SyncStatus[]>()(
  'sync.get-sync-status',
  Type.Object({ instrumentId: Type.Optional(InstrumentIdText) }),
);

export function answerGetSyncStatus({ tracked, jobs }: SyncCollections): HandlerOf<typeof getSyncStatus> {
  return async ({ instrumentId }, { now }) => {
    const series = await tracked
      .find(instrumentId === undefined ? {} : { instrumentId }, { sort: { _id: 1 } })
      .toArray();
    const newest = await jobs.find({ _id: { $in: series.map(({ jobId }) => jobId) } }).toArray();
    const jobOf = new Map((newest as SyncJobDocument[]).map((job) => [job._id, job]));
    return series.map((one) => statusOf(one, jobOf.get(one.jobId), now));
  };
}

function statusOf({ _id, ...tracked }: TrackedSeries, job: SyncJobDocument | undefined, now: number): SyncStatus {
  const state = job === undefined || (job.state === 'running' && !isAtWork(job, now)) ? 'waiting' : job.state;
  return {
    series: _id,
    ...tracked,
    state: state === 'running' ? 'syncing' : state,
    ...(job?.error === undefined ? {} : { error: job.error }),
    ...(job?.endedAt === undefined ? {} : { endedAt: job.endedAt }),
  };
}
