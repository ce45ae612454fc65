import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { JobScheduler } from '../../../../platform/scheduler/index.ts';
import type { StoredJob } from '../../collections.ts';
import { JobId } from '../../schemas.ts';

/**
 * Makes a job that ended wait for another try; it goes on where it was.
 * @throws NotFoundError `JOB_NOT_FOUND`
 * @throws ConflictError `JOB_NOT_ENDED`
 */
export const retryJob = defineCommand<StoredJob>()('sync.retry-job', Type.Object({ id: JobId }));

export function handleRetryJob(scheduler: JobScheduler): HandlerOf<typeof retryJob> {
  return async ({ id }) => (await scheduler.retry(id)) as StoredJob;
}
