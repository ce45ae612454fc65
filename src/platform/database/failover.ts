import { setTimeout as delay } from 'node:timers/promises';

// The driver is loaded only where it is used, so its errors are known by their names, labels and codes.
const LOST_CONNECTION = /^Mongo(Network|NetworkTimeout|PoolCleared\w*)Error$/;
const REPEATABLE_LABELS = ['RetryableWriteError', 'PoolRequestedRetry', 'ResumableChangeStreamError'];
/**
 * The server stops, or is no primary any more, or has lost a cursor with its old role.
 * @see https://github.com/mongodb/specifications/blob/master/source/retryable-reads/retryable-reads.md#retryable-error
 */
const PASSING_CODES = new Set([
  6, 7, 43, 89, 91, 134, 189, 237, 262, 9_001, 10_058, 10_107, 11_600, 11_602, 13_435, 13_436,
]);

export interface DriverError extends Error {
  readonly code?: unknown;
  readonly errorLabels?: unknown;
  readonly errorResponse?: unknown;
}

/** What the driver threw; a bulk write wraps it in an error of its own. */
export function driverErrorOf(thrown: unknown): DriverError | undefined {
  if (!(thrown instanceof Error) || !thrown.name.startsWith('Mongo')) return undefined;
  const { errorResponse }: DriverError = thrown;
  return errorResponse instanceof Error ? errorResponse : thrown;
}

/**
 * Whether the database was lost in the middle of something, as when it is restarted or another server becomes the
 * primary: what was asked may have been done or not. A server that was waited for in vain is none of this.
 */
export function isFailover(thrown: unknown): boolean {
  const error = driverErrorOf(thrown);
  if (error === undefined) return false;
  const { name, code, errorLabels } = error;
  return (
    LOST_CONNECTION.test(name) ||
    (typeof code === 'number' && PASSING_CODES.has(code)) ||
    (Array.isArray(errorLabels) && REPEATABLE_LABELS.some((label) => errorLabels.includes(label)))
  );
}

/** As long as the driver waits for a server. */
const PATIENCE_MS = 30_000;
const LONGEST_PAUSE_MS = 1_000;

/** Says of each failure whether to try again; where so, after a pause. */
export type Patience = (thrown: unknown) => Promise<boolean>;

/** Patience with failovers, for 30 s from the first of them. */
export function newPatience(): Patience {
  let end: AbortSignal | undefined;
  let failures = 0;
  return async (thrown) => {
    if (!isFailover(thrown)) return false;
    end ??= AbortSignal.timeout(PATIENCE_MS);
    if (end.aborted) return false;
    await delay(Math.min(LONGEST_PAUSE_MS, 20 * 2 ** failures++) * (0.5 + Math.random() / 2));
    return true;
  };
}

/** Does what may be done twice again after a failover, until it is done. */
export async function outlastFailover<T>(work: () => Promise<T>): Promise<T> {
  const isWorthAnotherTry = newPatience();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(await isWorthAnotherTry(error))) throw error;
    }
  }
}
