import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, type HttpServer } from '../../../../platform/http/index.ts';
import { JobJson } from '../../sync-http.ts';
import { jobJson } from '../../sync-json.ts';
import { retryJob } from './retry-job.command.ts';

const schema = {
  operationId: 'retryJob',
  tags: ['sync'],
  summary: 'Retry a job that has ended',
  params: retryJob.schema,
  response: { 200: JobJson, 409: problem('It has not ended') },
};

export function routeRetryJob(http: HttpServer, bus: Bus): void {
  http.post('/jobs/:id/retry', { schema }, async ({ params, id }) =>
    jobJson(await bus.execute(retryJob(params), { correlationId: id })),
  );
}
