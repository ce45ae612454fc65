import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { InvalidRequestError } from '../errors/index.ts';
import type { Logger } from '../logging/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { answerProblem } from './answer-problem.ts';
import { closeConnections } from './closing.ts';
import { answeringConnections, idOfRequest, isWebSocketUpgrade, refuseExpectations } from './below-routes.ts';
import { admitting, THIS_MACHINE_ONLY, type AllowedCallers } from './callers.ts';
import { withProblems } from './documents.ts';
import { refuseWhileOverloaded } from './overload.ts';
import { readJsonBodies } from './json-body.ts';
import { knownMethods } from './known-methods.ts';
import { methodNotAllowed, routeNotFound } from './problem.ts';
import { refuseUnknownParameters } from './strict-schemas.ts';
import { validatorCompiler } from './validator.ts';
import { refuseFailedUpgrades, webSocketOptions } from './web-sockets.ts';

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
  /** Default: this machine only. */
  readonly callers?: AllowedCallers;
}

export const API_PREFIX = '/api/v1';
const SMALLEST_COMPRESSED_BYTES = 8_192;
const REQUEST_TIMEOUT_MS = 120_000;

/** A server with everything but routes: limits, error answers, request ids, compression, metrics, OpenAPI. */
export async function createHttpServer({
  logger,
  metrics,
  version,
  maxBodyBytes,
  callers = THIS_MACHINE_ONLY,
}: HttpServerOptions): Promise<HttpServer> {
  const { fastify, LogController, compress, helmet, swagger, swaggerUi, websocket } = await import('./framework.ts');
  // The framework tells of its own doings only where they are trouble.
  const loggerInstance: FastifyBaseLogger = logger.child({}, { level: quieter(logger.level) });
  /** Connections whose body may take as long as it needs. */
  const uploading = new WeakSet<Duplex>();
  const server: HttpServer = fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'correlationId' }),
    bodyLimit: maxBodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 400 },
    forceCloseConnections: 'idle',
    genReqId: idOfRequest,
    clientErrorHandler: answeringConnections(logger, (socket) => uploading.has(socket)),
    // What names no host is refused where the name is looked at, and told why.
    http: { requireHostHeader: false, shouldUpgradeCallback: isWebSocketUpgrade },
    // A path that no route can be looked up by.
    frameworkErrors: (thrown, request, reply) => void answerProblem(thrown, request, reply, maxBodyBytes),
  }).withTypeProvider<TypeBoxTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  readJsonBodies(server);
  refuseExpectations(server.server, logger);
  const methodsOf = knownMethods(server);
  refuseUnknownParameters(server, API_PREFIX);
  // Before whatever may refuse a request, so that a refusal has its id too.
  server.addHook('onRequest', async ({ id }, reply) => {
    reply.header('x-request-id', id);
  });
  server.addHook('onRequest', async ({ routeOptions: { config }, raw: { socket } }) => {
    if (config.isUpload === true) uploading.add(socket);
  });
  server.addHook('onResponse', async ({ raw: { socket } }) => {
    uploading.delete(socket);
  });

  // Before whatever may refuse a request, so that the socket of a refused upgrade is closed.
  await server.register(
    websocket,
    webSocketOptions(() => server.websocketServer.clients),
  );
  refuseFailedUpgrades(server, logger);
  await server.register(helmet, {
    contentSecurityPolicy: { directives: { scriptSrc: ["'self'"], upgradeInsecureRequests: null } },
  });
  server.addHook('onRequest', admitting(callers));
  // Before the body of a method that is not known here would be asked for its type.
  server.addHook('onRequest', async ({ is404, method, url }, reply) => {
    if (!is404) return;
    const [path = ''] = url.split('?');
    const methods = methodsOf(path);
    if (methods.length === 0 || methods.includes(method)) throw routeNotFound(method, path);
    reply.header('allow', methods.join(', '));
    throw methodNotAllowed(method, path, methods);
  });
  await server.register(compress, {
    threshold: SMALLEST_COMPRESSED_BYTES,
    encodings: ['zstd', 'gzip'],
    // Others may ask for a window of 128 MB to unpack a few bytes.
    requestEncodings: ['gzip'],
    removeContentLengthHeader: true,
  });
  refuseWhileOverloaded(server);
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'PocketQuant', version, description: 'OHLCV bars whose answers say what is missing and why' },
    },
    transform: ({ schema, url, route }) => ({ schema: withProblems(schema, [route.method].flat()), url }),
  });
  await server.register(swaggerUi, { routePrefix: '/docs' });
  server.get(`${API_PREFIX}/openapi.json`, { schema: { hide: true } }, () => server.swagger());

  server.addHook('onResponse', async ({ routeOptions, method }, { statusCode, elapsedTime }) => {
    metrics.observeRequest(routeOptions.url ?? 'unknown', method, statusCode, elapsedTime / 1_000);
  });
  closeConnections(server);
  server.setErrorHandler((thrown, request, reply) => answerProblem(thrown, request, reply, maxBodyBytes));
  return server;
}

function quieter(level: string): string {
  return level === 'info' ? 'warn' : level;
}

const LISTEN_ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'choose another with --port, or stop what listens there',
  EACCES: 'choose another with --port, from 1024 up',
  EADDRNOTAVAIL: 'choose an address of this machine with --host',
  ENOTFOUND: 'choose an address of this machine with --host',
};

/** @returns the URL that the server answers at; @throws InvalidRequestError `INVALID_CONFIG` if host or port cannot be had */
export async function listen(server: HttpServer, host: string, port: number): Promise<string> {
  try {
    return await server.listen({ host, port });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const advice = code === undefined ? undefined : LISTEN_ADVICE[code];
    if (advice === undefined) throw error;
    throw new InvalidRequestError('INVALID_CONFIG', `Cannot listen on ${host}:${port} (${code}); ${advice}`, {
      cause: error,
    });
  }
}
