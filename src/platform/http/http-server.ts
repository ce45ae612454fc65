import { randomUUID } from 'node:crypto';
import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import underPressure from '@fastify/under-pressure';
import {
  fastify,
  LogController,
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type RawServerDefault,
} from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { InvalidRequestError, StoreError } from '../errors/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { errorOfRequest, problemOf, routeNotFound } from './problem.ts';
import { refuseUnknownParameters } from './strict-schemas.ts';
import { validatorCompiler } from './validator.ts';

/** The HTTP server that routes are added to. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
export type HttpReply = FastifyReply;

export interface HttpServerOptions {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly maxBodyBytes: number;
}

export const API_PREFIX = '/api/v1';
const CORRELATION_ID = /^[\w.-]{1,64}$/;
/** Far above what an import beside small queries causes: past it, waiting makes things worse. */
const OVERLOADED_AFTER_MS = 2_000;
const RETRY_AFTER_SECONDS = 5;
const SMALLEST_COMPRESSED_BYTES = 8_192;
const REQUEST_TIMEOUT_MS = 120_000;

/** A server with everything but routes: limits, error answers, request ids, compression, metrics, OpenAPI. */
export async function createHttpServer({
  logger,
  metrics,
  version,
  maxBodyBytes,
}: HttpServerOptions): Promise<HttpServer> {
  // The framework tells of its own doings only where they are trouble.
  const loggerInstance: FastifyBaseLogger = logger.child({}, { level: quieter(logger.level) });
  const server: HttpServer = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 200 },
    forceCloseConnections: 'idle',
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  refuseUnknownParameters(server);

  await server.register(helmet, {
    contentSecurityPolicy: { directives: { scriptSrc: ["'self'"], upgradeInsecureRequests: null } },
  });
  await server.register(compress, {
    threshold: SMALLEST_COMPRESSED_BYTES,
    encodings: ['zstd', 'gzip'],
    removeContentLengthHeader: true,
  });
  await server.register(underPressure, {
    maxEventLoopDelay: OVERLOADED_AFTER_MS,
    pressureHandler: () => {
      throw new StoreError('OVERLOADED', 'Too much is going on; try again in a moment', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    },
  });
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'PocketQuant', version, description: 'OHLCV bars whose answers say what is missing and why' },
    },
  });
  await server.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });
  server.get(`${API_PREFIX}/openapi.json`, { schema: { hide: true } }, () => server.swagger());

  server.addHook('onRequest', async ({ id }, reply) => {
    reply.header('x-request-id', id);
  });
  server.addHook('onResponse', async ({ routeOptions, method }, { statusCode, elapsedTime }) => {
    metrics.observeRequest(routeOptions.url ?? 'unknown', method, statusCode, elapsedTime / 1_000);
  });
  server.setErrorHandler((thrown, request, reply) => {
    const error = errorOfRequest(thrown, maxBodyBytes);
    const report = { correlationId: request.id, code: error.code, route: request.routeOptions.url };
    if (error.httpStatus < 500) request.log.warn(report, error.message);
    else request.log.error({ ...report, err: error }, error.message);
    if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
    return reply.status(error.httpStatus).type('application/problem+json').send(problemOf(error, request.id));
  });
  server.setNotFoundHandler(({ method, url, id }, reply) => {
    const error = routeNotFound(method, url);
    return reply.status(error.httpStatus).type('application/problem+json').send(problemOf(error, id));
  });
  return server;
}

function quieter(level: string): string {
  return level === 'info' ? 'warn' : level;
}

/** @returns the URL that the server answers at; @throws InvalidRequestError `INVALID_CONFIG` if the port is taken */
export async function listen(server: HttpServer, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
    throw new InvalidRequestError(
      'INVALID_CONFIG',
      `Cannot listen on ${host}:${port} (${code}); choose another with --port, or stop what listens there`,
      { cause: error },
    );
  }
}
