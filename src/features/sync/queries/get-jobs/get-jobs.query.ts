import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { newestFirst } from '../../../../platform/paging/index.ts';
import { JOB_STATES, jobOf, type JobScheduler } from '../../../../platform/scheduler/index.ts';
import type { StoredJob, SyncCollections } from '../../collections.ts';
import { JobId } from '../../schemas.ts';

const DEFAULT_LIMIT = 50;

export interface JobsAnswer {
  /** Newest first. */
  readonly jobs: readonly StoredJob[];
  /** Where the next page begins; `undefined` on the last. */
  readonly nextCursor: string | undefined;
}

/**
 * Jobs, the newest first; of one state or of all.
 * @throws InvalidRequestError `INVALID_CURSOR`, `CURSOR_MISMATCH`
 */
export const getJobs = defineQuery<JobsAnswer>()(
  'sync.get-jobs',
  Type.Object({
    state: Type.Optional(Type.Enum(JOB_STATES)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    cursor: Type.Optional(Type.String({ maxLength: 200 })),
  }),
);

export function answerGetJobs({ jobs }: SyncCollections): HandlerOf<typeof getJobs> {
  return async ({ state, limit = DEFAULT_LIMIT, cursor }) => {
    const filter = state === undefined ? {} : { state };
    const { documents, nextCursor } = await newestFirst(jobs, filter, 'createdAt', { limit, cursor, scope: { state } });
    return { jobs: documents.map((job) => jobOf<unknown, unknown>(job) as StoredJob), nextCursor };
  };
}

/** @throws NotFoundError `JOB_NOT_FOUND` */
export const getJob = defineQuery<StoredJob>()('sync.get-job', Type.Object({ id: JobId }));

export function answerGetJob(scheduler: JobScheduler): HandlerOf<typeof getJob> {
  return async ({ id }) => (await scheduler.get(id)) as StoredJob;
}
