interface CodeOf<C extends string> {
  readonly class: C;
  readonly httpStatus: number;
  readonly exitCode: number;
  /** What a WebSocket is closed with where it cannot go on. */
  readonly closeCode: number;
  readonly isRetryable?: boolean;
}

const TRY_AGAIN_LATER = 1013;
const invalid = (httpStatus = 400, closeCode = 4400) =>
  ({ class: 'InvalidRequestError', httpStatus, exitCode: 2, closeCode }) satisfies CodeOf<'InvalidRequestError'>;
const notFound = { class: 'NotFoundError', httpStatus: 404, exitCode: 4, closeCode: 4404 } as const;
const conflict = { class: 'ConflictError', httpStatus: 409, exitCode: 4, closeCode: 4409 } as const;
const provider = (httpStatus: 502 | 503, isRetryable: boolean) =>
  ({
    class: 'ProviderError',
    httpStatus,
    exitCode: 5,
    closeCode: isRetryable ? TRY_AGAIN_LATER : 4502,
    isRetryable,
  }) satisfies CodeOf<'ProviderError'>;
const store = (closeCode = 4503) =>
  ({ class: 'StoreError', httpStatus: 503, exitCode: 6, closeCode }) satisfies CodeOf<'StoreError'>;
const invariant = { class: 'InvariantError', httpStatus: 500, exitCode: 1, closeCode: 1011 } as const;

/** Every error code with who must act and the statuses the doors use. Explained in `docs/reference/errors.md`. */
export const ERROR_CODES = {
  INVALID_REQUEST: invalid(),
  INVALID_JSON: invalid(),
  INSTRUMENT_AMBIGUOUS: invalid(),
  INVALID_RANGE: invalid(),
  INVALID_CURSOR: invalid(),
  CURSOR_MISMATCH: invalid(),
  UNKNOWN_FORMAT: invalid(),
  UNKNOWN_SCHEDULE: invalid(),
  NO_SCHEDULE: invalid(),
  NO_SESSIONS: invalid(),
  NO_SUITABLE_INTERVAL: invalid(),
  UNKNOWN_PROVIDER: invalid(),
  PROVIDER_INTERVAL_UNKNOWN: invalid(),
  PROVIDER_HAS_NO_SEARCH: invalid(),
  PROVIDER_HAS_NO_FEED: invalid(),
  PROVIDER_HAS_NO_SESSION_BARS: invalid(),
  TOO_MANY_SUBSCRIPTIONS: invalid(),
  UNSUPPORTED_MEDIA_TYPE: invalid(415),
  BODY_TOO_LARGE: invalid(413),
  INVALID_CONFIG: invalid(),
  FILE_UNREADABLE: invalid(),
  UPLOAD_GONE: invalid(410),
  FILE_DAMAGED: invalid(),
  FILE_ENCRYPTED: invalid(),
  FILE_HEADER_INVALID: invalid(),
  FILE_LINE_TOO_LONG: invalid(),
  JSON_SHAPE_UNKNOWN: invalid(),
  JSON_TOO_LARGE: invalid(),
  ZIP_FILE_UNKNOWN: invalid(),
  ZIP_MANY_FILES: invalid(),
  TIME_FORM_UNKNOWN: invalid(),
  TIME_UNIT_NEEDED: invalid(),
  DATE_ORDER_NEEDED: invalid(),
  DECIMAL_FORM_NEEDED: invalid(),
  COLUMNS_NEEDED: invalid(),
  COLUMNS_INVALID: invalid(),
  INSTRUMENT_NEEDED: invalid(),
  INTERVAL_MISMATCH: invalid(),
  INTERVAL_NEEDED: invalid(),
  LABEL_NEEDED: invalid(),
  MANY_INSTRUMENTS: invalid(),
  NOT_ALIGNED: invalid(),
  TIME_ZONE_NEEDED: invalid(),
  NAME_TEMPLATE_INVALID: invalid(),
  UNKNOWN_LAYOUT: invalid(),
  OUTPUT_UNWRITABLE: invalid(),
  HOST_NOT_ALLOWED: invalid(421),
  ORIGIN_NOT_ALLOWED: invalid(403),
  METHOD_NOT_ALLOWED: invalid(405),
  REQUEST_TIMEOUT: invalid(408),
  CANCELLED: invalid(499),
  EXPECTATION_FAILED: invalid(417),
  RANGE_NOT_SATISFIABLE: invalid(416),
  HEADERS_TOO_LARGE: invalid(431),
  CHANGES_EXPIRED: invalid(410),
  UPGRADE_REQUIRED: invalid(426),
  TOO_MANY_MESSAGES: invalid(429),
  SLOW_CLIENT: invalid(400, TRY_AGAIN_LATER),
  ROUTE_NOT_FOUND: notFound,
  BAR_NOT_FOUND: notFound,
  INSTRUMENT_NOT_FOUND: notFound,
  JOB_NOT_FOUND: notFound,
  SCHEDULE_NOT_FOUND: notFound,
  QUOTE_NOT_FOUND: notFound,
  CURRENT_BAR_NOT_FOUND: notFound,
  BAR_EXISTS: conflict,
  INSTRUMENT_HAS_BARS: conflict,
  WRITE_CONFLICT: conflict,
  OTHER_PRICE_BASIS: conflict,
  OTHER_CURRENCY: conflict,
  PRICE_BASIS_CHANGED: conflict,
  UNIT_JUMP: conflict,
  JOB_ENDED: conflict,
  JOB_NOT_ENDED: conflict,
  PROVIDER_UNAVAILABLE: provider(503, true),
  PROVIDER_TIMEOUT: provider(503, true),
  PROVIDER_RATE_LIMITED: provider(503, true),
  PROVIDER_ANSWER_INVALID: provider(502, true),
  PROVIDER_REFUSED: provider(502, false),
  PROVIDER_SYMBOL_UNKNOWN: provider(502, false),
  PROVIDER_OUT_OF_REACH: provider(502, false),
  DATABASE_UNAVAILABLE: store(),
  DATABASE_BUSY: store(),
  DATABASE_FULL: store(),
  TEMPORARY_SPACE_FULL: store(),
  DATABASE_DAMAGED: store(),
  DATABASE_TOO_NEW: store(),
  DATABASE_READ_ONLY: store(),
  DATABASE_ANSWER_INVALID: store(),
  CHUNK_DAMAGED: store(),
  OVERLOADED: store(TRY_AGAIN_LATER),
  TOO_MANY_CLIENTS: store(TRY_AGAIN_LATER),
  INTERNAL: invariant,
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;
