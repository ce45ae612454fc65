import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { JOB_STATES, jobOf, type JobScheduler } from '../../../../platform/scheduler/index.ts';
import type { StoredJob, SyncCollections } from '../../collections.ts';
import { JobId } from '../../schemas.ts';

const DEFAULT_LIMIT = 50;

/** Jobs, the newest first; of one state or of all. */
export const getJobs = defineQuery<readonly StoredJob[]>()(
  'sync.get-jobs',
  Type.Object({
    state: Type.Optional(Type.Enum(JOB_STATES)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  }),
);

export function answerGetJobs({ jobs }: SyncCollections): HandlerOf<typeof getJobs> {
  return async ({ state, limit = DEFAULT_LIMIT }) =>
    (await jobs.find(state === undefined ? {} : { state }, { sort: { createdAt: -1 }, limit }).toArray()).map(
      (job) => jobOf<unknown, unknown>(job) as StoredJob,
    );
}

/** @throws NotFoundError `JOB_NOT_FOUND` */
export const getJob = defineQuery<StoredJob>()('sync.get-job', Type.Object({ id: JobId }));

export function answerGetJob(scheduler: JobScheduler): HandlerOf<typeof getJob> {
  return async ({ id }) => (await scheduler.get(id)) as StoredJob;
}
