import type { SessionSchedule } from '../../market/index.ts';
import { InvariantError } from '../../platform/errors/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { createTimetable, type JobScheduler, type Timetable } from '../../platform/scheduler/index.ts';
import { openSyncCollections, SYNC_JOB } from './collections.ts';
import { cancelJob, handleCancelJob } from './commands/cancel-job/cancel-job.command.ts';
import { fetchRange, handleFetchRange } from './commands/fetch-range/fetch-range.command.ts';
import { handleRetryJob, retryJob } from './commands/retry-job/retry-job.command.ts';
import { handleRunAppointment, runAppointment } from './commands/run-appointment/run-appointment.command.ts';
import { handleSyncBars, syncBars, type SyncRequest } from './commands/sync-bars/sync-bars.command.ts';
import { handleSyncMany, syncMany } from './commands/sync-many/sync-many.command.ts';
import { handleUntrackSeries, untrackSeries } from './commands/untrack-series/untrack-series.command.ts';
import type { SyncPort, SyncTask } from './port.ts';
import { answerGetJob, answerGetJobs, getJob, getJobs } from './queries/get-jobs/get-jobs.query.ts';
import { answerGetSyncStatus, getSyncStatus } from './queries/get-sync-status/get-sync-status.query.ts';
import { answerGetAppointments, getAppointments } from './queries/get-appointments/get-appointments.query.ts';
import { syncAppointments } from './appointments/sync-appointments.ts';
import { notingRefusal } from './syncing/noting-refusal.ts';
import { seriesOf } from './syncing/store-page.ts';
import { runSync } from './syncing/run-sync.ts';
import type { SyncProgress } from './syncing/sync-progress.ts';

export { syncDocuments } from './stored-documents.ts';
export { fetchRange, getJob, getJobs, getSyncStatus, syncBars, syncMany, untrackSeries };
export { jobJson } from './sync-json.ts';
export type { StoredJob, SyncJob } from './collections.ts';
export type { SyncPort } from './port.ts';
export type { JobsAnswer } from './queries/get-jobs/get-jobs.query.ts';
export type { SyncStatus } from './queries/get-sync-status/get-sync-status.query.ts';

export interface SyncWiring {
  readonly bus: Bus;
  readonly database: Database;
  readonly scheduler: JobScheduler;
  readonly port: SyncPort;
  /** Schedules of markets that have an appointment of their own. */
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  /** By which instruments trade, in their order. */
  readonly schedulesOf: (instrumentIds: readonly string[]) => Promise<readonly (SessionSchedule | undefined)[]>;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/**
 * Gives the bus the handlers of this slice, and the scheduler its work.
 * @returns what is done by itself, once it is started
 */
export function registerSync(wiring: SyncWiring): Timetable {
  const { bus, database, scheduler, port, schedules, schedulesOf, clock, onError } = wiring;
  const collections = openSyncCollections(database);
  scheduler.handle<SyncTask, SyncProgress>(SYNC_JOB, async (request, context) => {
    const provider = port.providers.get(request.provider);
    if (provider === undefined)
      throw new InvariantError('INTERNAL', `This process has no provider ${request.provider}`);
    const grid = await port.gridOf(seriesOf(request));
    return notingRefusal(request, port, () => runSync(request, { provider, port, grid, clock }, context));
  });
  bus.handle(syncBars, handleSyncBars(collections, port, scheduler));
  bus.handle(
    syncMany,
    handleSyncMany((order, origin) => bus.execute(syncBars(order), origin)),
  );
  bus.handle(untrackSeries, handleUntrackSeries(collections));
  bus.handle(fetchRange, handleFetchRange(port, clock));
  bus.handle(cancelJob, handleCancelJob(scheduler));
  bus.handle(retryJob, handleRetryJob(scheduler));
  bus.answer(getJob, answerGetJob(scheduler));
  bus.answer(getJobs, answerGetJobs(collections));
  bus.answer(getSyncStatus, answerGetSyncStatus(collections));
  const order = (wanted: SyncRequest): Promise<unknown> => bus.execute(syncBars(wanted));
  const appointments = syncAppointments(collections, {
    schedules,
    schedulesOf,
    providers: port.providers,
    order,
    clock,
  });
  const timetable = createTimetable(database, appointments, { clock, onError });
  bus.answer(getAppointments, answerGetAppointments(timetable));
  bus.handle(runAppointment, handleRunAppointment(timetable));
  return timetable;
}
