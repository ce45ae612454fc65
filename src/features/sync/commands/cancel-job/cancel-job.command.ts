import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { JobScheduler } from '../../../../platform/scheduler/index.ts';
import type { StoredJob } from '../../collections.ts';
import { JobId } from '../../schemas.ts';

/**
 * Stops a job; what it stored stays. One that runs stops within seconds.
 * @throws NotFoundError `JOB_NOT_FOUND`
 * @throws ConflictError `JOB_ENDED`
 */
export const cancelJob = defineCommand<StoredJob>()('sync.cancel-job', Type.Object({ id: JobId }));

export function handleCancelJob(scheduler: JobScheduler): HandlerOf<typeof cancelJob> {
  return async ({ id }) => (await scheduler.cancel(id)) as StoredJob;
}
