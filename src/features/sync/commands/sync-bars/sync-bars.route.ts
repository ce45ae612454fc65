import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, untilGone, type HttpServer } from '../../../../platform/http/index.ts';
import { isEnded, type JobScheduler } from '../../../../platform/scheduler/index.ts';
import type { SyncJob } from '../../collections.ts';
import { JobJson, RequestJson, requestOf } from '../../sync-http.ts';
import { jobJson } from '../../sync-json.ts';
import { syncBars } from './sync-bars.command.ts';

const schema = {
  operationId: 'syncBars',
  tags: ['sync'],
  summary: 'Sync a series with its provider',
  description: 'Returns 202 with the job at once, or with wait=true when it has ended.',
  querystring: Type.Object({ wait: Type.Optional(Type.Enum(['true', 'false'])) }),
  body: RequestJson,
  response: { 200: JobJson, 202: JobJson, 409: problem('The stored prices mean something else') },
};

export function routeSyncBars(http: HttpServer, bus: Bus, scheduler: JobScheduler): void {
  http.post('/sync', { schema }, async ({ body, query: { wait }, id }, reply) => {
    const job = await bus.execute(syncBars(requestOf(body)), { correlationId: id });
    void reply.header('location', `/api/v1/jobs/${job.id}`);
    if (wait !== 'true') return reply.status(202).send(jobJson(job));
    const ended = (await scheduler.waitFor(job.id, untilGone(reply))) as SyncJob;
    return reply.status(isEnded(ended.state) ? 200 : 202).send(jobJson(ended));
  });
}
