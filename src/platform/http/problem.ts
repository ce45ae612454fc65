import {
  asPocketQuantError,
  InvalidRequestError,
  InvariantError,
  NotFoundError,
  PocketQuantError,
} from '../errors/index.ts';

const TITLES: Readonly<Record<string, string>> = {
  InvalidRequestError: 'The request cannot be served as it is',
  NotFoundError: 'Not found',
  ConflictError: 'In conflict with what is stored',
  StoreError: 'The database cannot serve this now',
  InvariantError: 'An error of PocketQuant',
};

/** The answer to a request that failed, as RFC 9457 has it. An error of ours is told by its correlation id only. */
export function problemOf(error: PocketQuantError, correlationId: string) {
  return {
    type: `urn:pocketquant:error:${error.code}`,
    title: TITLES[error.name] ?? error.name,
    status: error.httpStatus,
    code: error.code,
    detail: error instanceof InvariantError ? `Internal error; see the log under ${correlationId}` : error.message,
    correlationId,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}

interface FastifyFault {
  readonly code?: string;
  readonly statusCode?: number;
  readonly message?: string;
}

/** Whatever a request threw, the framework's own faults among it, as one of our errors. */
export function errorOfRequest(thrown: unknown, bodyLimit: number): PocketQuantError {
  if (thrown instanceof PocketQuantError) return thrown;
  const {
    code = '',
    statusCode = 500,
    message = '',
  }: FastifyFault = typeof thrown === 'object' && thrown !== null ? thrown : {};
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new InvalidRequestError(
        'BODY_TOO_LARGE',
        `The body is larger than ${bodyLimit} bytes; send it in parts, or raise POCKETQUANT_MAX_BODY_BYTES`,
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new InvalidRequestError('UNSUPPORTED_MEDIA_TYPE', 'Send application/json');
    case 'FST_CP_ERR_INVALID_CONTENT_ENCODING':
      return new InvalidRequestError('UNSUPPORTED_MEDIA_TYPE', `${message}; send the body plain or as gzip`);
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new InvalidRequestError('INVALID_JSON', `The body is not JSON: ${message}`);
  }
  if (thrown instanceof SyntaxError && statusCode === 400)
    return new InvalidRequestError('INVALID_JSON', `The body is not JSON: ${message}`);
  // ECONNRESET: the client went away in the middle of its body.
  const isOfDoor = code.startsWith('FST_') || code === 'ECONNRESET';
  if (isOfDoor && statusCode >= 400 && statusCode < 500)
    return new InvalidRequestError('INVALID_REQUEST', message, { cause: thrown });
  return asPocketQuantError(thrown);
}

export function methodNotAllowed(method: string, path: string, methods: readonly string[]): InvalidRequestError {
  return new InvalidRequestError('METHOD_NOT_ALLOWED', `There is no ${method} ${path}; it has ${methods.join(', ')}`);
}

export function routeNotFound(method: string, path: string): NotFoundError {
  const advice = path.length > 1 && path.endsWith('/') ? 'leave out the slash at its end; ' : '';
  return new NotFoundError('ROUTE_NOT_FOUND', `There is no ${method} ${path}; ${advice}the routes are listed at /docs`);
}
