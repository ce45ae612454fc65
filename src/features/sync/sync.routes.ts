import Type, { type Static } from 'typebox';
import { InstrumentIdText, IntervalText } from '../../market/schemas.ts';
import type { Bus } from '../../platform/bus/index.ts';
import { problem, timesAsText, TimeValue, untilGone, type HttpServer } from '../../platform/http/index.ts';
import { isEnded, type JobScheduler } from '../../platform/scheduler/index.ts';
import type { SyncJob } from './collections.ts';
import { cancelJob } from './commands/cancel-job/cancel-job.command.ts';
import { retryJob } from './commands/retry-job/retry-job.command.ts';
import { syncBars, type SyncRequest } from './commands/sync-bars/sync-bars.command.ts';
import { syncMany } from './commands/sync-many/sync-many.command.ts';
import { runAppointment } from './commands/run-appointment/run-appointment.command.ts';
import { getAppointments } from './queries/get-appointments/get-appointments.query.ts';
import { getJob, getJobs } from './queries/get-jobs/get-jobs.query.ts';
import { getSyncStatus } from './queries/get-sync-status/get-sync-status.query.ts';
import { JobId, ProviderText } from './schemas.ts';
import { jobJson, outcomeJson, appointmentJson, statusJson } from './sync-json.ts';

const Text = Type.Union([Type.String(), Type.Null()]);
const Failure = Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()]);
const Count = Type.Integer();

const RequestJson = Type.Object(
  {
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    provider: Type.Optional(ProviderText),
    from: Type.Optional(TimeValue),
    to: Type.Optional(TimeValue),
    acceptJump: Type.Optional(
      Type.Boolean({
        description: 'Accept prices or volumes that jump by a factor of 100; otherwise taken as another unit',
      }),
    ),
    verifyEmpty: Type.Optional(Type.Boolean({ description: 'Check all ranges that count as empty again' })),
  },
  { additionalProperties: false },
);

const JobJson = Type.Object({
  id: Type.String(),
  kind: Type.String(),
  state: Type.String(),
  instrumentId: Type.String(),
  interval: Type.String(),
  provider: Type.String(),
  from: Type.String(),
  to: Text,
  progress: Type.Object({
    expected: Type.Union([Count, Type.Null()]),
    wanted: Count,
    fetched: Count,
    inserted: Count,
    changed: Count,
    unchanged: Count,
    skippedStale: Count,
    rejected: Count,
    empty: Count,
    failed: Count,
    requests: Count,
  }),
  gaps: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), bars: Count, reason: Type.String() })),
  failures: Type.Array(
    Type.Object({ from: Type.String(), to: Type.String(), code: Type.String(), message: Type.String() }),
  ),
  attempts: Count,
  error: Failure,
  createdAt: Type.String(),
  startedAt: Text,
  endedAt: Text,
  nextAttemptAt: Text,
});

const StatusJson = Type.Object({
  series: Type.String(),
  instrumentId: Type.String(),
  interval: Type.String(),
  provider: Type.String(),
  from: Type.String(),
  jobId: Type.String(),
  state: Type.String(),
  error: Failure,
  endedAt: Text,
});

const params = Type.Object({ id: JobId });
const tags = ['sync'];

function orderOf({ from, to, ...order }: Static<typeof RequestJson>): SyncRequest {
  return { ...order, ...timesAsText({ from, to }) };
}

/** Orders, their jobs, and how the tracked series stand. */
export function routeSync(http: HttpServer, bus: Bus, scheduler: JobScheduler): void {
  http.post(
    '/sync',
    {
      schema: {
        tags,
        summary: 'Sync a series with its provider',
        description: 'Returns 202 with the job at once, or with wait=true when it has ended.',
        querystring: Type.Object({ wait: Type.Optional(Type.Enum(['true', 'false'])) }),
        body: RequestJson,
        response: { 200: JobJson, 202: JobJson, 409: problem('The stored prices mean something else') },
      },
    },
    async ({ body, query: { wait }, id }, reply) => {
      const job = await bus.execute(syncBars(orderOf(body)), { correlationId: id });
      void reply.header('location', `/api/v1/jobs/${job.id}`);
      if (wait !== 'true') return reply.status(202).send(jobJson(job));
      const ended = (await scheduler.waitFor(job.id, untilGone(reply))) as SyncJob;
      return reply.status(isEnded(ended.state) ? 200 : 202).send(jobJson(ended));
    },
  );
  http.post(
    '/sync/bulk',
    {
      schema: {
        tags,
        summary: 'Sync up to 1,000 series, one job each',
        body: Type.Object(
          { orders: Type.Array(RequestJson, { minItems: 1, maxItems: 1_000 }) },
          { additionalProperties: false },
        ),
        response: {
          202: Type.Object({
            orders: Type.Array(Type.Object({ job: Type.Union([JobJson, Type.Null()]), error: Failure })),
          }),
        },
      },
    },
    async ({ body, id }, reply) => {
      const outcomes = await bus.execute(syncMany({ orders: body.orders.map(orderOf) }), { correlationId: id });
      return reply.status(202).send({ orders: outcomes.map(outcomeJson) });
    },
  );
  http.get(
    '/sync/status',
    {
      schema: {
        tags,
        summary: 'Sync status of the tracked series',
        response: { 200: Type.Object({ series: Type.Array(StatusJson) }) },
      },
    },
    async ({ id }) => ({ series: (await bus.ask(getSyncStatus({}), { correlationId: id })).map(statusJson) }),
  );
  http.get(
    '/sync/status/:instrumentId',
    {
      schema: {
        tags,
        summary: 'Sync status of one instrument',
        params: Type.Object({ instrumentId: InstrumentIdText }),
        response: { 200: Type.Object({ series: Type.Array(StatusJson) }) },
      },
    },
    async ({ params: asked, id }) => ({
      series: (await bus.ask(getSyncStatus(asked), { correlationId: id })).map(statusJson),
    }),
  );
  http.get(
    '/jobs',
    {
      schema: {
        tags,
        summary: 'Jobs, the newest first',
        querystring: getJobs.schema,
        response: { 200: Type.Object({ jobs: Type.Array(JobJson) }) },
      },
    },
    async ({ query, id }) => ({ jobs: (await bus.ask(getJobs(query), { correlationId: id })).map(jobJson) }),
  );
  http.get(
    '/jobs/:id',
    { schema: { tags, summary: 'One job', params, response: { 200: JobJson } } },
    async ({ params: asked, id }) => jobJson(await bus.ask(getJob(asked), { correlationId: id })),
  );
  http.post(
    '/jobs/:id/cancel',
    {
      schema: {
        tags,
        summary: 'Cancel a job; stored bars are kept',
        params,
        response: { 200: JobJson, 409: problem('It has ended') },
      },
    },
    async ({ params: asked, id }) => jobJson(await bus.execute(cancelJob(asked), { correlationId: id })),
  );
  http.post(
    '/jobs/:id/retry',
    {
      schema: {
        tags,
        summary: 'Retry a job that has ended',
        params,
        response: { 200: JobJson, 409: problem('It has not ended') },
      },
    },
    async ({ params: asked, id }) => jobJson(await bus.execute(retryJob(asked), { correlationId: id })),
  );
  http.get(
    '/schedules',
    {
      schema: {
        tags,
        summary: 'Scheduled jobs',
        response: {
          200: Type.Object({
            schedules: Type.Array(
              Type.Object({ id: Type.String(), description: Type.String(), nextRunAt: Text, lastRunAt: Text }),
            ),
          }),
        },
      },
    },
    async ({ id }) => ({
      schedules: (await bus.ask(getAppointments({}), { correlationId: id })).map(appointmentJson),
    }),
  );
  http.post(
    '/schedules/:id/run',
    {
      schema: {
        tags,
        summary: 'Run a scheduled job now',
        params: runAppointment.schema,
        response: { 204: Type.Null() },
      },
    },
    async ({ params: asked, id }, reply) => {
      await bus.execute(runAppointment(asked), { correlationId: id });
      return reply.status(204).send(null);
    },
  );
}
