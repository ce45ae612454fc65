import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, type HttpServer } from '../../../../platform/http/index.ts';
import { JobJson } from '../../sync-http.ts';
import { jobJson } from '../../sync-json.ts';
import { getJob, getJobs } from './get-jobs.query.ts';

const ofAll = {
  operationId: 'getJobs',
  tags: ['sync'],
  summary: 'Jobs, the newest first',
  querystring: getJobs.schema,
  response: { 200: Type.Object({ jobs: Type.Array(JobJson), nextCursor: orNull(Type.String()) }) },
};

const ofOne = {
  operationId: 'getJob',
  tags: ['sync'],
  summary: 'One job',
  params: getJob.schema,
  response: { 200: JobJson },
};

export function routeGetJobs(http: HttpServer, bus: Bus): void {
  http.get('/jobs', { schema: ofAll }, async ({ query, id }) => {
    const { jobs, nextCursor = null } = await bus.ask(getJobs(query), { correlationId: id });
    return { jobs: jobs.map(jobJson), nextCursor };
  });
  http.get('/jobs/:id', { schema: ofOne }, async ({ params, id }) =>
    jobJson(await bus.ask(getJob(params), { correlationId: id })),
  );
}
