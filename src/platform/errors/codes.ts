interface CodeOf<C extends string> {
  readonly class: C;
  readonly httpStatus: number;
  readonly exitCode: number;
  readonly isRetryable?: boolean;
}

const invalid = (httpStatus = 400) =>
  ({ class: 'InvalidRequestError', httpStatus, exitCode: 2 }) satisfies CodeOf<string>;
const notFound = { class: 'NotFoundError', httpStatus: 404, exitCode: 4 } as const;
const conflict = { class: 'ConflictError', httpStatus: 409, exitCode: 4 } as const;
const provider = (httpStatus: 502 | 503, isRetryable: boolean) =>
  ({ class: 'ProviderError', httpStatus, exitCode: 5, isRetryable }) satisfies CodeOf<string>;
const store = { class: 'StoreError', httpStatus: 503, exitCode: 6 } as const;
const invariant = { class: 'InvariantError', httpStatus: 500, exitCode: 1 } as const;

/** Every error code with who must act and the statuses the doors use. Explained in `docs/reference/errors.md`. */
export const ERROR_CODES = {
  INVALID_REQUEST: invalid(),
  INVALID_JSON: invalid(),
  INVALID_RANGE: invalid(),
  INVALID_CURSOR: invalid(),
  CURSOR_MISMATCH: invalid(),
  UNKNOWN_FORMAT: invalid(),
  UNKNOWN_SCHEDULE: invalid(),
  UNKNOWN_PROVIDER: invalid(),
  PROVIDER_INTERVAL_UNKNOWN: invalid(),
  UNSUPPORTED_MEDIA_TYPE: invalid(415),
  BODY_TOO_LARGE: invalid(413),
  INVALID_CONFIG: invalid(),
  FILE_UNREADABLE: invalid(),
  FILE_DAMAGED: invalid(),
  FILE_HEADER_INVALID: invalid(),
  FILE_LINE_TOO_LONG: invalid(),
  CHANGES_EXPIRED: invalid(410),
  ROUTE_NOT_FOUND: notFound,
  BAR_NOT_FOUND: notFound,
  INSTRUMENT_NOT_FOUND: notFound,
  JOB_NOT_FOUND: notFound,
  SCHEDULE_NOT_FOUND: notFound,
  BAR_EXISTS: conflict,
  INSTRUMENT_HAS_BARS: conflict,
  WRITE_CONFLICT: conflict,
  OTHER_PRICE_BASIS: conflict,
  JOB_ENDED: conflict,
  JOB_NOT_ENDED: conflict,
  PROVIDER_UNAVAILABLE: provider(503, true),
  PROVIDER_TIMEOUT: provider(503, true),
  PROVIDER_RATE_LIMITED: provider(503, true),
  PROVIDER_ANSWER_INVALID: provider(502, true),
  PROVIDER_REFUSED: provider(502, false),
  PROVIDER_SYMBOL_UNKNOWN: provider(502, false),
  PROVIDER_OUT_OF_REACH: provider(502, false),
  DATABASE_UNAVAILABLE: store,
  DATABASE_BUSY: store,
  DATABASE_FULL: store,
  DATABASE_DAMAGED: store,
  DATABASE_TOO_NEW: store,
  CHUNK_DAMAGED: store,
  OVERLOADED: store,
  INTERNAL: invariant,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;
