import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import { JOB_STATES } from '../../../../platform/scheduler/index.ts';
import type { SyncCollections, SyncJob } from '../../collections.ts';
import { JobId } from '../../schemas.ts';

const DEFAULT_LIMIT = 50;

/** Jobs, the newest first; of one state or of all. */
export const getJobs = defineQuery<readonly SyncJob[]>()(
  'sync.get-jobs',
  Type.Object({
    state: Type.Optional(Type.Enum(JOB_STATES)),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
  }),
);

export function answerGetJobs({ jobs }: SyncCollections): HandlerOf<typeof getJobs> {
  return ({ state, limit = DEFAULT_LIMIT }) =>
    jobs.find(state === undefined ? {} : { state }, { sort: { createdAt: -1 }, limit }).toArray();
}

/** @throws NotFoundError `JOB_NOT_FOUND` */
export const getJob = defineQuery<SyncJob>()('sync.get-job', Type.Object({ id: JobId }));

export function answerGetJob({ jobs }: SyncCollections): HandlerOf<typeof getJob> {
  return async ({ id }) => {
    const job = await jobs.findOne({ _id: id });
    if (job === null) throw new NotFoundError('JOB_NOT_FOUND', `There is no job ${id}`);
    return job;
  };
}
