import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import { routeCancelJob } from './commands/cancel-job/cancel-job.route.ts';
import { routeRetryJob } from './commands/retry-job/retry-job.route.ts';
import { routeRunAppointment } from './commands/run-appointment/run-appointment.route.ts';
import { routeSyncBars } from './commands/sync-bars/sync-bars.route.ts';
import { routeSyncMany } from './commands/sync-many/sync-many.route.ts';
import { routeUntrackSeries } from './commands/untrack-series/untrack-series.route.ts';
import { routeGetAppointments } from './queries/get-appointments/get-appointments.route.ts';
import { routeGetJobs } from './queries/get-jobs/get-jobs.route.ts';
import { routeGetSyncStatus } from './queries/get-sync-status/get-sync-status.route.ts';

export function routeSync(http: HttpServer, bus: Bus, scheduler: JobScheduler): void {
  routeSyncBars(http, bus, scheduler);
  routeSyncMany(http, bus);
  routeGetSyncStatus(http, bus);
  routeUntrackSeries(http, bus);
  routeGetJobs(http, bus);
  routeCancelJob(http, bus);
  routeRetryJob(http, bus);
  routeGetAppointments(http, bus);
  routeRunAppointment(http, bus);
}
