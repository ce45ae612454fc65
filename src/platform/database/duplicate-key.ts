// Both engines report a duplicate key as the driver does: code 11000, and of a bulk write one entry an operation.
const DUPLICATE_KEY = 11_000;

interface DriverError {
  readonly code?: unknown;
  readonly writeErrors?: unknown;
  readonly result?: { getWriteConcernError?(): unknown };
}

interface WriteError {
  readonly index: number;
  readonly code: number;
}

/** Whether a write failed because of a key that exists, on either engine. */
export function isDuplicateKey(error: unknown): boolean {
  return typeof error === 'object' && error !== null && (error as DriverError).code === DUPLICATE_KEY;
}

/**
 * Places of the operations of a bulk write that hit a key that exists, where that is all that failed; none where
 * something else did. The other operations were applied.
 */
export function duplicateKeyIndexes(error: unknown): readonly number[] {
  if (!isDuplicateKey(error)) return [];
  const { writeErrors, result } = error as DriverError;
  const failed = (Array.isArray(writeErrors) ? writeErrors : [writeErrors]) as readonly (WriteError | undefined)[];
  const isOnlyThat =
    failed.every((entry) => entry?.code === DUPLICATE_KEY) && result?.getWriteConcernError?.() === undefined;
  return isOnlyThat ? failed.flatMap((entry) => entry?.index ?? []) : [];
}

/** What the operations of a bulk write did that hit no key that exists. */
export interface AppliedCounts {
  readonly matchedCount: number;
  readonly upsertedCount: number;
}

/** The embedded engine's duplicate key, in the driver's shape. */
export class DuplicateKeyError extends Error implements AppliedCounts {
  readonly code = DUPLICATE_KEY;
  readonly matchedCount: number;
  readonly upsertedCount: number;
  readonly writeErrors: readonly { readonly index: number; readonly code: number; readonly errmsg: string }[];

  constructor(message: string, indexes: readonly number[], { matchedCount, upsertedCount }: AppliedCounts) {
    super(`E11000 duplicate key error: ${message}`);
    this.matchedCount = matchedCount;
    this.upsertedCount = upsertedCount;
    this.name = 'DuplicateKeyError';
    this.writeErrors = indexes.map((index) => ({ index, code: DUPLICATE_KEY, errmsg: message }));
  }
}
