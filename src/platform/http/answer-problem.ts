import type { FastifyReply, FastifyRequest } from 'fastify';
import { errorOfRequest, problemOf } from './problem.ts';

/** Answers with what went wrong and logs it: what the caller must change as a warning, the rest as an error. */
export function answerProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  bodyLimit: number,
): FastifyReply {
  const error = errorOfRequest(thrown, bodyLimit);
  const report = { code: error.code, route: request.routeOptions.url };
  if (error.httpStatus < 500) request.log.warn(report, error.message);
  else request.log.error({ ...report, err: error }, error.message);
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return reply
    .status(error.httpStatus)
    .header('x-request-id', request.id)
    .type('application/problem+json')
    .send(problemOf(error, request.id));
}
