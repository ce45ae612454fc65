import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, type HttpServer } from '../../../../platform/http/index.ts';
import { JobJson } from '../../sync-http.ts';
import { jobJson } from '../../sync-json.ts';
import { cancelJob } from './cancel-job.command.ts';

const schema = {
  operationId: 'cancelJob',
  tags: ['sync'],
  summary: 'Cancel a job; stored bars are kept',
  params: cancelJob.schema,
  response: { 200: JobJson, 409: problem('It has ended') },
};

export function routeCancelJob(http: HttpServer, bus: Bus): void {
  http.post('/jobs/:id/cancel', { schema }, async ({ params, id }) =>
    jobJson(await bus.execute(cancelJob(params), { correlationId: id })),
  );
}
