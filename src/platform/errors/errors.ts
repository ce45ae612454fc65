import { ERROR_CODES, type ErrorCode } from './codes.ts';

export interface InputFault {
  /** JSON pointer into the input such as `/interval`, or a row of a batch. */
  readonly path: string;
  readonly message: string;
}

interface ErrorDetails {
  readonly cause?: unknown;
  readonly errors?: readonly InputFault[];
  /** Whole seconds to wait before a retry makes sense. */
  readonly retryAfterSeconds?: number;
}

/** Every error this product throws on purpose. The class says who must act, the code what happened. */
export abstract class PocketQuantError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly InputFault[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.errors = details.errors;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }

  get exitCode(): number {
    return ERROR_CODES[this.code].exitCode;
  }

  get closeCode(): number {
    return ERROR_CODES[this.code].closeCode;
  }
}

/** The caller acts: change the request. */
export class InvalidRequestError extends PocketQuantError {}
/** The caller acts: ask otherwise, or sync first. */
export class NotFoundError extends PocketQuantError {}
/** The caller acts: read again, then retry. */
export class ConflictError extends PocketQuantError {}
/** The vendor acts; where it is retryable, waiting helps. */
export class ProviderError extends PocketQuantError {
  get isRetryable(): boolean {
    const registered = ERROR_CODES[this.code];
    return 'isRetryable' in registered && registered.isRetryable;
  }
}
/** Whatever was thrown on a vendor's behalf, as an error of the vendor. */
export function asProviderError(thrown: unknown, code: ErrorCode, told: string): ProviderError {
  return thrown instanceof ProviderError ? thrown : new ProviderError(code, told, { cause: thrown });
}

/** The operator acts: the database. */
export class StoreError extends PocketQuantError {}
/** We act: a bug. Doors hide the message. */
export class InvariantError extends PocketQuantError {}

/** Whatever was thrown, as one of ours; what nobody foresaw is a bug of ours. */
export function asPocketQuantError(thrown: unknown): PocketQuantError {
  if (thrown instanceof PocketQuantError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new InvariantError('INTERNAL', message, { cause: thrown });
}

const CLASSES = {
  InvalidRequestError,
  NotFoundError,
  ConflictError,
  ProviderError,
  StoreError,
  InvariantError,
} as const;

/** The error that was told of by its code and message. */
export function errorOfCode(code: ErrorCode, message: string): PocketQuantError {
  return new CLASSES[ERROR_CODES[code].class](code, message);
}
