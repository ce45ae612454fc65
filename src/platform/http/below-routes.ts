import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { InvalidRequestError, type PocketQuantError } from '../errors/index.ts';
import type { Logger } from '../logging/index.ts';
import { problemOf } from './problem.ts';

const CORRELATION_ID = /^[\w.-]{1,64}$/;

/** The caller's own id for a request, where it is one that logs can hold; else a new one. */
export function idOfRequest({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && CORRELATION_ID.test(given) ? given : randomUUID();
}

/** Only browsers' sockets are upgraded: what offers HTTP/2 on the way, as curl and Java do, is answered as it is. */
export function isWebSocketUpgrade({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

/** Answers what is no request that a route could see, as a route would. Uploads see to their pace themselves. */
export function answeringConnections(logger: Logger, isUploading: (socket: Duplex) => boolean) {
  return (error: Error & { readonly code?: string }, socket: Duplex): void => {
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && isUploading(socket)) return;
    const answering = (socket as { readonly _httpMessage?: ServerResponse | null })._httpMessage;
    if (error.code === 'ECONNRESET' || !socket.writable || answering?.headersSent === true) socket.destroy();
    else endWithProblem(socket, refusalOf(error), randomUUID(), logger);
  };
}

/** @see https://nodejs.org/api/http.html#event-clienterror */
function refusalOf({ code, message }: Error & { readonly code?: string }): PocketQuantError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new InvalidRequestError('HEADERS_TOO_LARGE', 'URL and headers are larger than 16 KiB');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new InvalidRequestError('BODY_TOO_LARGE', 'The extensions of the chunks are larger than 16 KiB');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new InvalidRequestError('REQUEST_TIMEOUT', 'The request did not arrive in time; send it again');
    default:
      return new InvalidRequestError('INVALID_REQUEST', `Not an HTTP request: ${message}`);
  }
}

/** Answers an `Expect` other than `100-continue`. */
export function refuseExpectations(server: Server, logger: Logger): void {
  server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const id = idOfRequest(request);
    const refusal = new InvalidRequestError(
      'EXPECTATION_FAILED',
      'Only "Expect: 100-continue" is supported; leave it out',
    );
    logger.warn({ code: refusal.code, correlationId: id }, refusal.message);
    const body = JSON.stringify(problemOf(refusal, id));
    response.writeHead(refusal.httpStatus, headersOf(id, body)).end(body);
  });
}

/** Ends a connection with an error in the form of HTTP. */
export function endWithProblem(
  socket: Duplex,
  error: PocketQuantError,
  id: string,
  logger: Logger,
  more: Readonly<Record<string, string>> = {},
): void {
  logger.warn({ code: error.code, correlationId: id }, error.message);
  const body = JSON.stringify(problemOf(error, id));
  const headers = { ...headersOf(id, body), ...more };
  const head = [
    `HTTP/1.1 ${error.httpStatus} ${STATUS_CODES[error.httpStatus] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const headersOf = (id: string, body: string) => ({
  'content-type': 'application/problem+json; charset=utf-8',
  'content-length': String(Buffer.byteLength(body)),
  'x-request-id': id,
  connection: 'close',
});
